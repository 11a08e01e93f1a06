// Whether an advisory concerns a customer, from what is known of it; one line per source of knowledge. Asked at publishing and by `影响`.
import type { Tables } from '../ports/transaction.js'

export const relevances = ['affected', 'possible', 'none'] as const
export type Relevance = (typeof relevances)[number]

export const relevanceLabel: Readonly<Record<Relevance, string>> = {
  affected: '与您有关',
  possible: '可能有关',
  none: '暂无关',
}

export interface Impact {
  readonly relevance: Relevance
  /** Places, worst first, each a line for people. */
  readonly lines: readonly string[]
}

export interface Matchable {
  readonly cves: readonly string[]
  /** Names of products as people write them. */
  readonly products: readonly string[]
}

const MOST_ROWS = 5_000
const MOST_LINES = 50
/** A word shorter than this is in too many names. */
const SHORTEST_NAME = 3

export async function matchAdvisory(t: Pick<Tables, 'findings'>, tenantId: string, { cves, products }: Matchable): Promise<Impact> {
  const wanted = new Set(cves.map(cve => cve.toUpperCase()))
  const names = products.map(name => name.trim().toLowerCase()).filter(name => name.length >= SHORTEST_NAME)
  const rows = await t.findings.find(tenantId, {}, { order: { lastSeenAt: 'desc' }, limit: MOST_ROWS })
  const open = rows.filter(row => row.state !== 'fixed' && row.state !== 'false_positive' && row.state !== 'asset_offline')
  const hit = open.filter(row => row.details.cve.some(cve => wanted.has(cve.toUpperCase())))
  const certain = hit.filter(row => !row.details.toVerify)
  const doubtful = [
    ...hit.filter(row => row.details.toVerify),
    ...open.filter(row => !hit.includes(row) && names.some(name => `${row.title} ${row.details.evidence}`.toLowerCase().includes(name))),
  ]
  const where = (note: string) => (row: (typeof rows)[number]) =>
    `${row.host}${row.port > 0 ? `:${row.port}` : ''} ${row.title.slice(0, 60)}（${note}）`
  const lines = [...new Set([...certain.map(where('已检出')), ...doubtful.map(where('待核实'))])].slice(0, MOST_LINES)
  return { relevance: certain.length > 0 ? 'affected' : doubtful.length > 0 ? 'possible' : 'none', lines }
}
