import { describe, expect, it } from 'vitest'
import { compareAttribute, compareCpe, parseCpe } from './cpe.js'
import { softwareOf } from './fingerprint.js'
import { matchVulnerability } from './match.js'
import type { CpeConfiguration, CpeMatch, VulnRecord } from './vulnerability.js'

const record = (given: Partial<VulnRecord>): VulnRecord => ({
  source: 'nvd',
  id: 'CVE-2000-0001',
  aliases: [],
  title: '',
  description: '',
  cvss: null,
  severity: '',
  cwe: [],
  modified: '',
  configurations: [],
  packages: [],
  exploited: null,
  epss: null,
  ...given,
})
const criteria = (name: string, range: Partial<CpeMatch> = {}): CpeMatch => ({ vulnerable: true, criteria: `cpe:2.3:${name}`, ...range })
const either = (...cpeMatch: CpeMatch[]): CpeConfiguration => ({ nodes: [{ operator: 'OR', cpeMatch }] })
const debian = (name: string, release: string, fixed: string): VulnRecord =>
  record({
    source: 'debian',
    packages: [
      {
        ecosystem: `Debian:${release}`,
        name,
        ranges: fixed === '0' ? [] : [{ introduced: '0', fixed }],
        versions: [],
        notAffected: fixed === '0',
      },
    ],
  })

// Values of scanners.md 4, read from NVD's records.
const regreSSHion = record({
  configurations: [
    either(
      criteria('a:openbsd:openssh:*:*:*:*:*:*:*:*', { versionEndExcluding: '4.4' }),
      criteria('a:openbsd:openssh:*:*:*:*:*:*:*:*', { versionStartIncluding: '8.6', versionEndExcluding: '9.8' }),
      criteria('a:openbsd:openssh:4.4:-:*:*:*:*:*:*'),
      criteria('a:openbsd:openssh:8.5:p1:*:*:*:*:*:*'),
      criteria('a:openbsd:openssh:9.8:-:*:*:*:*:*:*'),
    ),
  ],
})
const redis = record({
  configurations: [
    either(
      criteria('a:redis:redis:*:*:*:*:*:*:*:*', { versionStartIncluding: '7.0.9', versionEndExcluding: '7.0.15' }),
      criteria('a:redis:redis:*:*:*:*:*:*:*:*', { versionStartIncluding: '7.2.0', versionEndExcluding: '7.2.4' }),
    ),
  ],
})
const tomcat = record({
  configurations: [
    either(
      criteria('a:apache:tomcat:*:*:*:*:*:*:*:*', { versionStartIncluding: '9.0.1', versionEndExcluding: '9.0.99' }),
      criteria('a:apache:tomcat:*:*:*:*:*:*:*:*', { versionStartIncluding: '10.1.1', versionEndExcluding: '10.1.35' }),
      criteria('a:apache:tomcat:9.0.0:milestone1:*:*:*:*:*:*'),
    ),
  ],
})
const nginx = record({
  configurations: [
    either(
      criteria('a:f5:nginx:*:*:*:*:*:*:*:*', { versionEndExcluding: '1.20.1' }),
      criteria('a:openresty:openresty:*:*:*:*:*:*:*:*', { versionEndExcluding: '1.19.3.2' }),
    ),
  ],
})
const luaSandbox = record({
  configurations: [
    {
      operator: 'AND',
      nodes: [
        { operator: 'OR', cpeMatch: [criteria('a:redis:redis:-:*:*:*:*:*:*:*')] },
        {
          operator: 'OR',
          cpeMatch: [
            criteria('o:debian:debian_linux:10.0:*:*:*:*:*:*:*', { vulnerable: false }),
            criteria('o:canonical:ubuntu_linux:20.04:*:*:*:lts:*:*:*', { vulnerable: false }),
          ],
        },
      ],
    },
  ],
})
const vsftpdBackdoor = record({
  configurations: [
    either(criteria('a:vsftpd_project:vsftpd:2.3.4:*:*:*:*:*:*:*')),
    either(criteria('o:debian:debian_linux:10.0:*:*:*:*:*:*:*')),
  ],
})
const answer = (records: VulnRecord[], name: string, banner = ''): string => matchVulnerability(records, softwareOf(name, banner)).verdict

describe('the traps of CPE matching', () => {
  it('a patch is split from the version, and 9.8p1 is neither 9.8 nor below it', () => {
    expect(answer([regreSSHion], 'cpe:/a:openbsd:openssh:9.2p1')).toBe('affected')
    expect(answer([regreSSHion], 'cpe:/a:openbsd:openssh:9.8p1')).toBe('not-affected')
    expect(answer([regreSSHion], 'cpe:/a:openbsd:openssh:8.5p1')).toBe('affected')
    expect(answer([regreSSHion], 'cpe:2.3:a:openbsd:openssh:9.8:-:*:*:*:*:*:*')).toBe('affected')
  })

  it("the distribution's revision in the banner decides first, without the epoch", () => {
    const fixed = debian('openssh', '12', '1:9.2p1-2+deb12u3')

    expect(answer([regreSSHion, fixed], 'cpe:/a:openbsd:openssh:9.2p1', 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10')).toBe('not-affected')
    expect(answer([regreSSHion, fixed], 'cpe:/a:openbsd:openssh:9.2p1', 'OpenSSH 9.2p1 Debian 2+deb12u2')).toBe('affected')
  })

  it('ranges compare numbers, and aliases of scanners are followed', () => {
    expect(['7.0.15', '7.0.14', '7.0.8'].map(version => answer([redis], `cpe:/a:redislabs:redis:${version}`))).toEqual([
      'not-affected',
      'affected',
      'not-affected',
    ])
    expect(answer([tomcat], 'cpe:/a:apache:tomcat:9.0.98')).toBe('affected')
    expect(answer([tomcat], 'cpe:/a:apache:tomcat:9.0.0-M1')).toBe('affected')
    expect(['1.20.0', '1.20.1'].map(version => answer([nginx], `cpe:/a:igor_sysoev:nginx:${version}`))).toEqual([
      'affected',
      'not-affected',
    ])
  })

  it('a packaging fault is decided by packages only', () => {
    expect(answer([luaSandbox], 'cpe:/a:redislabs:redis:7.0.15')).toBe('unknown')
    const onDebian = {
      ...softwareOf('cpe:/a:redislabs:redis:6.0.15'),
      package: { ecosystem: 'Debian:11', name: 'redis', version: '5:6.0.15-1' },
    }
    expect(matchVulnerability([luaSandbox, debian('redis', '11', '5:6.0.16-1+deb11u2')], onDebian)).toMatchObject({
      verdict: 'affected',
      confidence: 2,
    })
  })

  it('a listed distribution does not make every host of it vulnerable', () => {
    const host = { cpes: [parseCpe('cpe:2.3:o:debian:debian_linux:10.0:*:*:*:*:*:*:*')!], package: undefined, knownFrom: 'check' as const }

    expect(matchVulnerability([vsftpdBackdoor], host).verdict).toBe('not-affected')
    expect(answer([vsftpdBackdoor], 'cpe:/a:vsftpd:vsftpd:2.3.4')).toBe('affected')
  })

  it("MariaDB's prefix is no version", () => {
    const software = softwareOf('cpe:/a:mariadb:mariadb:5.5.5-10.11.19-mariadb-0%2Bdeb12u1')

    expect(software.cpes[0]).toMatchObject({ vendor: 'mariadb', product: 'mariadb', version: '10.11.19' })
    expect(software.package).toMatchObject({ ecosystem: 'Debian:12', name: 'mariadb' })
  })

  it('a record without products matches nothing and says so', () => {
    expect(answer([record({})], 'cpe:/a:apache:tomcat:9.0.98')).toBe('not-analysed')
  })

  it('firmware without knowledge of the hardware may be affected, and of other hardware is not', () => {
    const both = record({
      configurations: [
        {
          operator: 'AND',
          nodes: [
            { cpeMatch: [criteria('a:espressif:esp-idf:*:*:*:*:*:*:*:*', { versionStartIncluding: '4.0.0', versionEndIncluding: '4.2' })] },
            { cpeMatch: [criteria('h:espressif:esp32:-:*:*:*:*:*:*:*', { vulnerable: false })] },
          ],
        },
      ],
    })
    const idf = parseCpe('cpe:2.3:a:espressif:esp-idf:4.1:*:*:*:*:*:*:*')!
    const other = parseCpe('cpe:2.3:h:other:board:-:*:*:*:*:*:*:*')!

    expect(matchVulnerability([both], { cpes: [idf], package: undefined, knownFrom: 'package-list' })).toMatchObject({
      verdict: 'affected',
      confidence: 1,
    })
    expect(matchVulnerability([both], { cpes: [idf, other], package: undefined, knownFrom: 'package-list' }).verdict).toBe('not-affected')
  })
})

describe('CPE names', () => {
  it.each([
    ['*', 'x', 'match'],
    ['x', '*', 'unknown'],
    ['-', '-', 'match'],
    ['-', '*', 'match'],
    ['-', 'x', 'disjoint'],
    ['x', '-', 'disjoint'],
    ['1\\.0', '1.0', 'match'],
    ['1.*', '1.2', 'match'],
    ['1.?', '1.22', 'disjoint'],
    ['*soft', 'microsoft', 'match'],
    ['ab\\*', 'abc', 'disjoint'],
    ['Apache', 'apache', 'match'],
  ])('%s against %s is %s', (criterion, asset, relation) => {
    expect(compareAttribute(criterion, asset)).toBe(relation)
  })

  it('colons may be escaped, the URI form is percent-encoded and may pack its edition', () => {
    expect(parseCpe('cpe:2.3:a:big\\:vendor:tool:1\\.0:*:*:*:*:*:*:*')).toMatchObject({ vendor: 'big\\:vendor', product: 'tool' })
    expect(parseCpe('cpe:/a:hp:insight:7.4.0.1570:-:~~online~win2003~x64~')).toMatchObject({
      update: '-',
      swEdition: 'online',
      targetSw: 'win2003',
      targetHw: 'x64',
    })
    expect(parseCpe('not a cpe')).toBeUndefined()
    expect(compareCpe(parseCpe('cpe:2.3:a:x:y:*:*:*:*:*:*:*:*')!, parseCpe('cpe:/a:x:y:1')!)).toBe('match')
  })
})
