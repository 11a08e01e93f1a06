import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import writeExcelFile from 'write-excel-file/node'
import { isAppError } from '../../core/errors.js'
import type { ReadOptions, ScanReading } from '../../core/ports/scan-import.js'
import { formats, scanImport } from './index.js'
import { maskPassword, maskSecrets } from './mask-secrets.js'
import { placeOf } from './place.js'

function read(content: string | Uint8Array, name = 'report', options: ReadOptions = {}): Promise<ScanReading> {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content
  return scanImport.read(
    {
      name,
      size: bytes.length,
      async *open() {
        // Pieces of odd sizes, so that nothing relies on where they end.
        for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7)
      },
    },
    options,
  )
}

async function problemOf(content: string | Uint8Array, name?: string): Promise<string> {
  try {
    await read(content, name)
  } catch (error) {
    if (isAppError(error)) return error.reply
    throw error
  }
  return ''
}

const nmapXml = `<?xml version="1.0"?><!DOCTYPE nmaprun><nmaprun scanner="nmap" args="nmap"><host><address addr="192.0.2.7" addrtype="ipv4"/><ports>
<port protocol="tcp" portid="80"><state state="open"/><service name="http" product="\\xE8\\xB5\\x84\\xE4\\xBA\\xA7"/></port>
<port protocol="tcp" portid="81"><state state="closed"/></port></ports></host>
<runstats><finished exit="success" summary="1 IP address"/></runstats></nmaprun>`
const zapXml = (names: readonly string[]): string =>
  `<?xml version="1.0"?><OWASPZAPReport version="2.9"><site name="https://a.example" host="a.example" port="443" ssl="true"><alerts>${names
    .map(
      (name, index) =>
        `<alertitem><pluginid>${100 + index}</pluginid><alert>${name}</alert><riskcode>2</riskcode><instances><instance><uri>https://a.example/${index}</uri></instance></instances></alertitem>`,
    )
    .join('')}</alerts></site></OWASPZAPReport>`
const burpXml = `<?xml version="1.0"?><!DOCTYPE issues [<!ELEMENT issues (issue*)>]><issues><issue><type>5</type><name>x</name><host ip="192.0.2.1">https://a.example</host><path>/</path><severity>High</severity></issue></issues>`
const trivyJson = JSON.stringify({
  SchemaVersion: 2,
  ArtifactName: 'image',
  Results: [
    { Target: 't', Vulnerabilities: [{ VulnerabilityID: 'CVE-2021-33503', PkgName: 'urllib3', InstalledVersion: '1', Severity: 'HIGH' }] },
  ],
})
const nucleiJsonl = ['a', 'b']
  .map(id =>
    JSON.stringify({
      'template-id': id,
      info: { name: id, severity: 'high' },
      type: 'http',
      host: 'https://a.example',
      'matched-at': 'https://a.example/x',
    }),
  )
  .join('\n')

describe('hostile and damaged files', () => {
  it.each([
    [
      'entity bomb',
      `<?xml version="1.0"?><!DOCTYPE nmaprun [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]><nmaprun scanner="nmap"><host>&b;</host></nmaprun>`,
      '实体',
    ],
    [
      'external entity',
      `<?xml version="1.0"?><!DOCTYPE issues [<!ENTITY x SYSTEM "file:///etc/passwd">]><issues><issue><name>&x;</name></issue></issues>`,
      '实体',
    ],
    ['unknown entity', '<issues><issue><name>&nope;</name></issue></issues>', '第 1 行'],
    ['no end', '<issues><issue><name>x</name></issue>', 'unclosed'],
    ['two roots', '<issues></issues><issues></issues>', 'XML'],
    ['broken JSON', '{"SchemaVersion": 2,\n"Results": [', '第 2 行'],
    ['half a record', `${nucleiJsonl}\n{"template-id":"c","info":{`, '第 3 行'],
    ['open quote', 'Plugin ID,CVE,Name\n1,,"abc', '引号'],
    ['something else', 'hello', '看不出'],
    ['an empty object', '{}', '看不出'],
  ])('%s', async (_, content, words) => {
    expect(await problemOf(content)).toContain(words)
  })

  it('deep nesting and endless texts are refused, not followed', async () => {
    expect(await problemOf(`<issues>${'<a>'.repeat(300)}`)).toContain('嵌套')
    expect(await problemOf(`[{"template-id":"a","info":{"x":${'['.repeat(300)}`)).toContain('嵌套')
    const endless = {
      name: 'bomb.xml',
      size: undefined,
      async *open() {
        yield Buffer.from('<issues><issue><name>')
        for (let piece = 0; piece < 100_000; piece++) yield Buffer.alloc(64 * 1024, 'a')
      },
    }
    await expect(scanImport.read(endless)).rejects.toMatchObject({ code: 'FILE_INVALID' })
  })

  it('bytes of another encoding are named with their line', async () => {
    const bytes = Buffer.concat([
      Buffer.from('<?xml version="1.0" encoding="UTF-8"?>\n<issues>\n<issue><name>'),
      Buffer.from([0xd6, 0xd0]),
      Buffer.from('</name></issue></issues>'),
    ])

    expect(await problemOf(bytes)).toContain('第 3 行')
    expect(await problemOf('<?xml version="1.0" encoding="x-made-up"?><issues/>')).toContain('编码')
  })

  it('declared GBK and UTF-16 are read', async () => {
    const gbk = Buffer.concat([
      Buffer.from('<?xml version="1.0" encoding="GBK"?><issues><issue><type>1</type><name>'),
      Buffer.from([0xc8, 0xf5, 0xbf, 0xda, 0xc1, 0xee]),
      Buffer.from('</name><severity>High</severity></issue></issues>'),
    ])
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(burpXml, 'utf16le')])

    expect((await read(gbk)).drafts[0]?.title).toBe('弱口令')
    expect((await read(utf16)).findings).toBe(1)
  })

  it.each([
    ['nmap', nmapXml],
    ['zap', zapXml(['a', 'b'])],
    ['burp', burpXml],
    ['trivy', trivyJson],
  ])('%s cut anywhere is an error, never fewer findings', async (_, whole) => {
    const all = (await read(whole)).findings
    expect(all).toBeGreaterThan(0)
    for (let cut = 1; cut < whole.length - 1; cut += 3) {
      const reading = await read(whole.slice(0, cut)).catch((error: unknown) => error)
      expect(isAppError(reading), `cut at ${cut}`).toBe(true)
    }
  })
})

describe('what is read', () => {
  it('open ports are facts, closed ports proof, bytes are words again', async () => {
    const reading = await read(nmapXml)

    expect(reading.drafts).toMatchObject([{ kind: 'fact', host: '192.0.2.7', port: 80, title: '开放端口 80/tcp（http 资产）' }])
    expect(reading.coverage.map(fact => fact.port)).toEqual([80, 81])
  })

  it('a found password is forgotten', async () => {
    const reading = await read(
      JSON.stringify({
        generator: { software: 'Hydra' },
        results: [{ host: '192.0.2.1', port: 22, service: 'ssh', login: 'root', password: 'S3cret-horse' }],
        success: true,
      }),
    )

    expect(reading.drafts).toMatchObject([{ kind: 'weak_credential', host: '192.0.2.1', port: 22, severity: 'high' }])
    expect(JSON.stringify(reading)).not.toContain('S3cret')
  })

  it('an empty file proves nothing', async () => {
    expect(await read('', 'nuclei.jsonl')).toMatchObject({ format: 'nuclei', findings: 0, coverage: [] })
    expect((await read('', 'x')).warnings).toHaveLength(1)
  })

  it('tables of domestic products are known by their headers, in GBK as well', async () => {
    const header = Buffer.from([0xc2, 0xa9, 0xb6, 0xb4, 0xc3, 0xfb, 0xb3, 0xc6]) // 漏洞名称
    const gbk = Buffer.concat([
      header,
      Buffer.from(',IP,'),
      Buffer.from([0xb6, 0xcb, 0xbf, 0xda]),
      Buffer.from(','),
      Buffer.from([0xb7, 0xe7, 0xcf, 0xd5, 0xb5, 0xc8, 0xbc, 0xb6]),
      Buffer.from('\nOpenSSH,192.0.2.9,22,'),
      Buffer.from([0xb8, 0xdf]),
      Buffer.from('\n'),
    ])

    expect(await read(gbk, 'export.csv')).toMatchObject({
      format: 'table',
      findings: 1,
      drafts: [{ host: '192.0.2.9', port: 22, severity: 'high', title: 'OpenSSH' }],
    })
  })

  it('a title above the header, merged hosts, and columns named by a person', async () => {
    const reading = await read('资产漏洞报表,,,\n漏洞名称,主机,风险等级,CVE编号\n甲,192.0.2.1,严重,CVE-2024-3094\n乙,,低,\n', 'a.csv')
    expect(reading.drafts.map(draft => [draft.title, draft.host, draft.severity])).toEqual([
      ['甲', '192.0.2.1', 'critical'],
      ['乙', '192.0.2.1', 'low'],
    ])
    const mapped = await read('Bezeichnung;Rechner;Stufe\nX;192.0.2.3;high\n', 'b.csv', {
      columns: { title: 'Bezeichnung', host: 'Rechner', severity: 'Stufe' },
    })
    expect(mapped.drafts).toMatchObject([{ title: 'X', host: '192.0.2.3', severity: 'high' }])
    await expect(read('a;b\n1;2\n', 'c.csv', { columns: { title: 'Nope', host: 'b' } })).rejects.toMatchObject({ code: 'FILE_INVALID' })
  })

  it('workbooks are read, and bombs among them refused', async () => {
    const rows = [
      ['漏洞名称', 'IP地址', '风险等级'],
      ['弱口令', '192.0.2.4', '高危'],
    ].map(cells => cells.map(value => ({ value })))
    const bytes = await writeExcelFile(rows).toBuffer()

    expect(await read(bytes, 'a.xlsx')).toMatchObject({
      format: 'table',
      findings: 1,
      drafts: [{ kind: 'weak_credential', host: '192.0.2.4' }],
    })
    expect(await problemOf(bytes.subarray(0, bytes.length - 100), 'a.xlsx')).toContain('XLSX')
  })

  it('formats have ids of their own', () => {
    expect(new Set(formats.map(format => format.id)).size).toBe(formats.length)
  })
})

describe('secrets and places', () => {
  it.each([
    ['password=hunter2&x=1', 'password=***&x=1'],
    ['Authorization: Bearer abc.def', 'Authorization: ***'],
    ['https://u:pw@a.example/', 'https://u:***@a.example/'],
    ['key AKIAABCDEFGHIJKLMNOP', 'key ***'],
    ['口令：abc123', '口令：***'],
  ])('%s', (text, masked) => {
    expect(maskSecrets(text)).toBe(masked)
  })

  it('short passwords show their length only', () => {
    expect([maskPassword(''), maskPassword('12345'), maskPassword('password1')]).toEqual(['空口令', '5 位', 'p…1（9 位）'])
  })

  it.each([
    ['https://A.example:8443/x?y', { host: 'a.example', port: 8443, protocol: 'tcp', path: '/x?y' }],
    ['http://[::1]/', { host: '::1', port: 80, protocol: 'tcp', path: '/' }],
    ['a.example:22', { host: 'a.example', port: 22, protocol: 'tcp', path: '' }],
    ['192.0.2.1', { host: '192.0.2.1', port: null, protocol: '', path: '' }],
    ['/only/path', { host: '', port: null, protocol: '', path: '/only/path' }],
  ])('%s', (address, place) => {
    expect(placeOf(address)).toEqual(place)
  })
})
