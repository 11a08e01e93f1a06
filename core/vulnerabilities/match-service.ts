// Runs everything known past a list of software in one pass, so that an update of the knowledge needs no new scan (补扫); `guanjia vulns match` calls it.
import type { VulnKnowledge } from '../ports/vuln-knowledge.js'
import { matchVulnerability } from './match.js'
import type { Software, Verdict, VulnRecord } from './vulnerability.js'

export interface VulnMatch extends Verdict {
  readonly id: string
  /** Index in the list of software. */
  readonly software: number
  readonly title: string
  readonly cvss: number | null
  readonly exploited: boolean
  readonly ransomware: boolean
  readonly epss: number | null
}

/** Yields what is affected or cannot be told; what is not affected is not named. */
export async function* matchAll(knowledge: VulnKnowledge, software: readonly Software[]): AsyncGenerator<VulnMatch> {
  const products = software.map(item => new Set(item.cpes.map(cpe => `${cpe.vendor}:${cpe.product}`)))
  for await (const { id, records } of knowledge.all()) {
    for (const [index, item] of software.entries()) {
      if (!concerns(records, item, products[index] ?? new Set())) continue
      const verdict = matchVulnerability(records, item)
      if (verdict.verdict === 'affected' || verdict.verdict === 'unknown') yield { ...verdict, id, software: index, ...termsOf(records) }
    }
  }
}

/** Whether any record names the product or the package at all: most do not, and comparing is dear. */
function concerns(records: readonly VulnRecord[], item: Software, products: ReadonlySet<string>): boolean {
  return records.some(
    record =>
      (item.package !== undefined &&
        record.packages.some(entry => entry.name === item.package?.name && entry.ecosystem === item.package.ecosystem)) ||
      record.configurations.some(configuration =>
        configuration.nodes.some(node =>
          node.cpeMatch.some(entry => {
            const [, , , vendor = '', product = ''] = entry.criteria.split(':')
            return products.has(`${vendor}:${product}`) || vendor === '*'
          }),
        ),
      ),
  )
}

/** Terms of the priority, from whichever source tells them. */
export function termsOf(records: readonly VulnRecord[]): Pick<VulnMatch, 'title' | 'cvss' | 'exploited' | 'ransomware' | 'epss'> {
  const exploited = records.map(record => record.exploited).find(item => item !== null)
  return {
    title:
      records.map(record => record.title).find(text => text !== '') ??
      records
        .map(record => record.description)
        .find(text => text !== '')
        ?.slice(0, 200) ??
      '',
    cvss: records.map(record => record.cvss?.score).find(score => score !== undefined) ?? null,
    exploited: exploited !== undefined,
    ransomware: records.some(record => record.exploited?.ransomware === true),
    epss: records.map(record => record.epss?.percentile).find(value => value !== undefined) ?? null,
  }
}
