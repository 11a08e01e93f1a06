import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { softwareOf } from '../../core/vulnerabilities/fingerprint.js'
import { matchAll, type VulnMatch } from '../../core/vulnerabilities/match-service.js'
import type { ScanFile } from '../../core/ports/scan-import.js'
import type { VulnKnowledge } from '../../core/ports/vuln-knowledge.js'
import { makeKnowledge } from './knowledge-files.js'

let folder: string
let knowledge: VulnKnowledge
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guanjia-vulns-'))
  knowledge = makeKnowledge({ folder, clock: { now: () => Date.parse('2026-11-24T02:00:00Z') } })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function file(content: string | Buffer, name = 'feed'): ScanFile {
  const bytes = Buffer.from(content)
  return {
    name,
    size: bytes.length,
    async *open() {
      for (let at = 0; at < bytes.length; at += 11) yield bytes.subarray(at, at + 11)
    },
  }
}

const nvd = (id: string, end: string, modified: string): string =>
  JSON.stringify({
    format: 'NVD_CVE',
    version: '2.0',
    timestamp: modified,
    vulnerabilities: [
      {
        cve: {
          id,
          vulnStatus: 'Analyzed',
          lastModified: modified,
          descriptions: [{ lang: 'en', value: 'a "quoted" } text' }],
          metrics: {
            cvssMetricV31: [{ type: 'Secondary', cvssData: { baseScore: 5, version: '3.1', vectorString: 'x' } }],
            cvssMetricV2: [{ type: 'Primary', cvssData: { baseScore: 7.5, version: '2.0', vectorString: 'y' } }],
          },
          configurations: [
            {
              nodes: [
                {
                  operator: 'OR',
                  negate: false,
                  cpeMatch: [{ vulnerable: true, criteria: 'cpe:2.3:a:redis:redis:*:*:*:*:*:*:*:*', versionEndExcluding: end }],
                },
              ],
            },
          ],
        },
      },
    ],
  })

async function matches(name: string, banner = ''): Promise<VulnMatch[]> {
  const found: VulnMatch[] = []
  for await (const match of matchAll(knowledge, [softwareOf(name, banner)])) found.push(match)
  return found
}

it('what sources say of one number comes together, the primary metric first', async () => {
  await knowledge.update(file(nvd('CVE-2023-41056', '7.0.15', '2024-01-01')))
  await knowledge.update(
    file(
      JSON.stringify({
        catalogVersion: '2025.01',
        dateReleased: '2025-01-02',
        vulnerabilities: [
          { cveID: 'CVE-2023-41056', vulnerabilityName: 'Redis', dateAdded: '2024-02-03', knownRansomwareCampaignUse: 'Known' },
        ],
      }),
    ),
  )
  await knowledge.update(file(gzipSync('#model_version:v1,score_date:2025-02-02\ncve,epss,percentile\nCVE-2023-41056,0.5,0.97\n')))

  expect(await matches('cpe:/a:redislabs:redis:7.0.14')).toMatchObject([
    { id: 'CVE-2023-41056', verdict: 'affected', cvss: 7.5, exploited: true, ransomware: true, epss: 0.97, title: 'Redis' },
  ])
  expect(await matches('cpe:/a:redislabs:redis:7.0.15')).toEqual([])
  expect((await knowledge.states()).map(state => [state.source, state.dataDate, state.records])).toEqual([
    ['epss', '2025-02-02', 1],
    ['kev', '2025-01-02', 1],
    ['nvd', '2024-01-01', 1],
  ])
})

it('the later record of a number stays, whichever file comes first', async () => {
  await knowledge.update(file(nvd('CVE-2023-41056', '7.0.15', '2024-05-01')))
  await knowledge.update(file(nvd('CVE-2023-41056', '6.0.0', '2023-01-01')))

  expect(await matches('cpe:/a:redis:redis:7.0.14')).toHaveLength(1)
})

it("a distribution's tracker decides before the upstream version", async () => {
  await knowledge.update(file(nvd('CVE-2023-41056', '8.0', '2024-05-01')))
  const tracker = {
    redis: {
      'CVE-2023-41056': {
        description: 'd',
        releases: {
          bookworm: { status: 'resolved', fixed_version: '5:7.0.15-1~deb12u1' },
          bullseye: { status: 'resolved', fixed_version: '0' },
        },
      },
    },
  }
  await knowledge.update(file(JSON.stringify(tracker)))

  expect(await matches('cpe:/a:redislabs:redis:7.0.15', 'Redis 7.0.15-1~deb12u1')).toEqual([])
  expect(await matches('cpe:/a:redislabs:redis:7.0.14', 'Redis Debian 1~deb12u1')).toMatchObject([{ verdict: 'affected' }])
})

it('the national files are read although their texts are no XML', async () => {
  const cnnvd =
    '<?xml version="1.0" encoding="UTF-8"?><cnnvd pub_date="2026-11-01"><entry><name>a < b && c > d</name><vuln-id>CNNVD-1</vuln-id><severity>超危</severity><cve-id>CVE-2023-41056</cve-id></entry></cnnvd>'
  const cnvd =
    '<vulnerabilitys><vulnerability><number>CNVD-2</number><cves><cve><cveNumber>CVE-2023-41056</cveNumber></cve></cves><title>标题</title><serverity>高</serverity></vulnerability></vulnerabilitys>'

  expect(await knowledge.update(file(cnnvd))).toMatchObject({ source: 'cnnvd', records: 1, dataDate: '2026-11-01' })
  expect(await knowledge.update(file(cnvd))).toMatchObject({ source: 'cnvd', records: 1 })
  await expect(knowledge.update(file(cnvd.slice(0, -10)))).rejects.toMatchObject({ code: 'FILE_INVALID' })
})

it.each([
  ['cut JSON', nvd('CVE-2023-41056', '9', '2025').slice(0, -40), 'FILE_INVALID'],
  ['cut gzip', gzipSync('cve,epss,percentile\nCVE-2023-41056,0.5,0.9\n').subarray(0, 40), 'FILE_INVALID'],
  ['a number beyond 1', 'cve,epss,percentile\nCVE-2023-41056,7,0.9\n', 'FILE_INVALID'],
  ['something else', '{"a":1}', 'SCAN_FORMAT_UNKNOWN'],
])('%s changes nothing', async (_, content, code) => {
  await knowledge.update(file(nvd('CVE-2023-41056', '7.0.15', '2024-01-01')))

  await expect(knowledge.update(file(content))).rejects.toMatchObject({ code })
  expect(await matches('cpe:/a:redis:redis:7.0.14')).toHaveLength(1)
  expect(await knowledge.states()).toHaveLength(1)
})
