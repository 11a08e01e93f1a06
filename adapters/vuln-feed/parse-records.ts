// One record of a source → what we keep of it; pure, called by read-feed.ts.
import type { AffectedPackage, CpeConfiguration, VulnRecord } from '../../core/vulnerabilities/vulnerability.js'
import { at, list, number, object, str, texts, type Json, type JsonObject } from '../shared/read-json.js'

const LONG = 1000
const CVE = /^CVE-\d{4}-\d{4,10}$/

export function emptyRecord(source: VulnRecord['source'], id: string): VulnRecord {
  return {
    source,
    id: id.toUpperCase().slice(0, 64),
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
  }
}

/** NVD CVE API 2.0: an element of `vulnerabilities`, or the bare object some mirrors hold. */
export function nvdRecord(value: Json): VulnRecord | undefined {
  const cve = object(object(value)['cve'] ?? value)
  const id = str(cve['id'])
  if (!CVE.test(id) || /^rejected$/i.test(str(cve['vulnStatus']))) return undefined
  const english = list(cve['descriptions'])
    .map(object)
    .find(item => str(item['lang']) === 'en')
  return {
    ...emptyRecord('nvd', id),
    description: str(english?.['value']).slice(0, LONG),
    ...nvdScore(object(cve['metrics'])),
    cwe: [
      ...new Set(list(cve['weaknesses']).flatMap(item => list(object(item)['description']).map(entry => str(object(entry)['value'])))),
    ].filter(text => /^CWE-\d+$/.test(text)),
    modified: str(cve['lastModified']),
    configurations: list(cve['configurations']).map(configuration),
    exploited: str(cve['cisaExploitAdd']) === '' ? null : { since: str(cve['cisaExploitAdd']), ransomware: false },
  }
}

/** The primary metric first, then the newest version. */
function nvdScore(metrics: JsonObject): Pick<VulnRecord, 'cvss' | 'severity'> {
  const versions = ['cvssMetricV40', 'cvssMetricV31', 'cvssMetricV30', 'cvssMetricV2']
  const all = versions.flatMap(name => list(metrics[name]).map(object))
  const best = all.find(item => str(item['type']) === 'Primary') ?? all[0]
  const data = object(best?.['cvssData'])
  const score = number(data['baseScore'])
  if (score === null) return { cvss: null, severity: '' }
  return {
    cvss: { score, version: str(data['version']), vector: str(data['vectorString']).slice(0, 200) },
    severity: (str(data['baseSeverity']) || str(best?.['baseSeverity'])).toLowerCase(),
  }
}

function configuration(value: Json): CpeConfiguration {
  const item = object(value)
  return {
    ...operatorOf(item),
    // Older dumps nest nodes in `children`.
    nodes: list(item['nodes'])
      .flatMap(node => [node, ...list(object(node)['children'])])
      .map(node => {
        const inner = object(node)
        return {
          ...operatorOf(inner),
          cpeMatch: list(inner['cpeMatch']).map(match => {
            const entry = object(match)
            const bound = (name: string): Record<string, string> => (str(entry[name]) === '' ? {} : { [name]: str(entry[name]) })
            return {
              vulnerable: entry['vulnerable'] === true,
              criteria: str(entry['criteria']).slice(0, 500),
              ...bound('versionStartIncluding'),
              ...bound('versionStartExcluding'),
              ...bound('versionEndIncluding'),
              ...bound('versionEndExcluding'),
            }
          }),
        }
      }),
  }
}

function operatorOf(item: JsonObject): { operator?: 'AND' | 'OR'; negate?: boolean } {
  const operator = str(item['operator']).toUpperCase()
  return { ...(operator === 'AND' || operator === 'OR' ? { operator } : {}), ...(item['negate'] === true ? { negate: true } : {}) }
}

export function kevRecord(value: Json): VulnRecord | undefined {
  const item = object(value)
  const id = str(item['cveID'])
  if (!CVE.test(id)) return undefined
  return {
    ...emptyRecord('kev', id),
    title: str(item['vulnerabilityName']).slice(0, 300),
    description: str(item['shortDescription']).slice(0, LONG),
    cwe: texts(item['cwes']),
    modified: str(item['dateAdded']),
    exploited: { since: str(item['dateAdded']), ransomware: /^known$/i.test(str(item['knownRansomwareCampaignUse'])) },
  }
}

export function osvRecord(value: Json): VulnRecord | undefined {
  const item = object(value)
  const own = str(item['id'])
  if (own === '' || item['withdrawn'] !== undefined) return undefined
  const aliases = [...texts(item['aliases']), ...texts(item['upstream'])]
  const cve = [own, ...aliases].find(id => CVE.test(id))
  const vector = str(at(list(item['severity'])[0], 'score'))
  return {
    ...emptyRecord('osv', cve ?? own),
    aliases: [...new Set([own, ...aliases])].filter(id => id !== cve).slice(0, 50),
    title: str(item['summary']).slice(0, 300),
    description: str(item['details']).slice(0, LONG),
    severity: (str(at(item, 'database_specific.severity')) || vector).toLowerCase().slice(0, 200),
    cwe: texts(at(item, 'database_specific.cwe_ids')),
    modified: str(item['modified']),
    packages: list(item['affected']).flatMap(osvPackage),
  }
}

function osvPackage(value: Json): AffectedPackage[] {
  const item = object(value)
  const name = str(at(item, 'package.name'))
  const ecosystem = str(at(item, 'package.ecosystem'))
  if (name === '' || ecosystem === '') return []
  // Commits are no versions.
  const ranges = list(item['ranges'])
    .map(object)
    .filter(range => str(range['type']) !== 'GIT')
    .flatMap(range => {
      const result: AffectedPackage['ranges'][number][] = []
      let introduced: string | undefined
      for (const event of list(range['events']).map(object)) {
        if (event['introduced'] !== undefined) introduced = str(event['introduced'])
        else if (event['fixed'] !== undefined && introduced !== undefined) {
          result.push({ introduced, fixed: str(event['fixed']) })
          introduced = undefined
        } else if (event['last_affected'] !== undefined && introduced !== undefined) {
          result.push({ introduced, lastAffected: str(event['last_affected']) })
          introduced = undefined
        }
      }
      return introduced === undefined ? result : [...result, { introduced }]
    })
  return [{ ecosystem, name, ranges, versions: texts(item['versions']).slice(0, 5000), notAffected: false }]
}

const debianReleases: Readonly<Record<string, string>> = { buster: '10', bullseye: '11', bookworm: '12', trixie: '13', forky: '14' }

/** One source package of the Debian tracker: its CVEs by release; `fixed_version` 0 means never affected. */
export function debianRecords(name: string, value: Json): VulnRecord[] {
  return Object.entries(object(value)).flatMap(([id, entry]) => {
    if (!CVE.test(id)) return []
    const item = object(entry)
    const packages = Object.entries(object(item['releases'])).flatMap(([release, state]): AffectedPackage[] => {
      const number = debianReleases[release]
      const status = str(object(state)['status'])
      if (number === undefined || status === 'undetermined') return []
      const fixed = str(object(state)['fixed_version'])
      const common = { ecosystem: `Debian:${number}`, name, versions: [] }
      if (status === 'resolved' && (fixed === '0' || fixed === '')) return [{ ...common, ranges: [], notAffected: true }]
      return [{ ...common, ranges: [{ introduced: '0', ...(status === 'resolved' ? { fixed } : {}) }], notAffected: false }]
    })
    return packages.length === 0 ? [] : [{ ...emptyRecord('debian', id), description: str(item['description']).slice(0, LONG), packages }]
  })
}
