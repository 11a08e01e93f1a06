// The numbers of findings for reports, the score and the view 两高一弱: counted by the database, no row per finding in memory.
import type { Tables } from '../ports/transaction.js'
import { severities, type Severity } from '../threats/terms.js'
import { openFindingStates } from './finding-states.js'
import type { Finding } from './finding.js'

export interface FindingFigures {
  /** First seen in the period. */
  readonly created: number
  /** Closed with proof in the period. */
  readonly fixed: number
  /** Open at the moment of asking. */
  readonly open: number
  readonly overdue: number
  readonly openBySeverity: Readonly<Record<Severity, number>>
  readonly openByKind: Readonly<Record<Finding['kind'], number>>
  /** Waiting for the same check to be asked again. */
  readonly pendingRetest: number
  readonly acceptedRisks: number
}

const kinds: readonly Finding['kind'][] = ['vulnerability', 'weak_credential', 'baseline', 'exposure']

/** @param period instants, `from` included, `to` not @param now what is overdue is told by it */
export async function findingFigures(
  t: Tables,
  tenantId: string,
  period: { readonly from: string; readonly to: string },
  now: string,
): Promise<FindingFigures> {
  const open = { state: { oneOf: openFindingStates } }
  const since = async (column: 'firstSeenAt' | 'fixedAt'): Promise<number> =>
    (await t.findings.count(tenantId, { [column]: { atLeast: period.from } })) -
    (await t.findings.count(tenantId, { [column]: { atLeast: period.to } }))
  const counted = async <K extends string>(keys: readonly K[], where: (key: K) => object): Promise<Record<K, number>> => {
    const pairs: (readonly [K, number])[] = []
    for (const key of keys) pairs.push([key, await t.findings.count(tenantId, { ...open, ...where(key) })])
    return Object.fromEntries(pairs) as Record<K, number>
  }
  return {
    created: await since('firstSeenAt'),
    fixed: await since('fixedAt'),
    open: await t.findings.count(tenantId, open),
    overdue: await t.findings.count(tenantId, { ...open, dueAt: { below: now } }),
    openBySeverity: await counted(severities, severity => ({ severity })),
    openByKind: await counted(kinds, kind => ({ kind })),
    pendingRetest: await t.findings.count(tenantId, { state: 'pending_retest' }),
    acceptedRisks: await t.findings.count(tenantId, { state: 'accepted_risk' }),
  }
}
