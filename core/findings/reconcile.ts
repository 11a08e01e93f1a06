// Brings the stored findings and one reading together (scanners.md 3): what is new, changed, seen again, back, gone with proof, or not asked.
import { createHash } from 'node:crypto'
import type { CoverageFact, FindingDraft, ScanReading } from '../ports/scan-import.js'
import type { Transactions, Tx } from '../ports/transaction.js'
import { dueAt, isPublicAddress } from './due-date.js'
import type { Finding, FindingDetails, FindingState } from './finding.js'
import { decidedStates, openFindingStates } from './finding-states.js'

export interface Reconciled {
  created: number
  updated: number
  /** Seen again, nothing new about them. */
  unchanged: number
  reopened: number
  closed: number
  /** Open, of the same engine and hosts, and neither seen nor asked for. */
  uncovered: number
  /** Told by the product as fixed, false or accepted, and not known here. */
  notOpened: number
  /** Open ports and the like: they belong to the assets, not here. */
  facts: number
}

/** Rows of one transaction: long enough to be fast, short enough that others get their turn. */
const CHUNK = 2000

export interface ReconcileOptions {
  readonly tenantId: string
  /** Who brought the file, for the transition rows. */
  readonly by: string
  /** A person vouches that the run asked all it claims to have asked. */
  readonly complete: boolean
}

export async function reconcile(
  transactions: Transactions,
  reading: ScanReading,
  { tenantId, by, complete }: ReconcileOptions,
): Promise<Reconciled> {
  const result: Reconciled = { created: 0, updated: 0, unchanged: 0, reopened: 0, closed: 0, uncovered: 0, notOpened: 0, facts: 0 }
  const drafts = reading.drafts.filter(draft => draft.kind !== 'fact')
  result.facts = reading.drafts.length - drafts.length
  const seen = new Set<string>()
  for (let at = 0; at < drafts.length; at += CHUNK) {
    const chunk = drafts.slice(at, at + CHUNK).map(draft => ({ draft, identity: identityOf(reading.engine, draft) }))
    for (const { identity } of chunk) seen.add(identity)
    const apply = (): Promise<Partial<Reconciled>> => transactions.run(tx => seenAgain(tx, tenantId, reading.engine, chunk, by))
    // Another import may have stored the same finding in between: the second try then finds it.
    add(result, await apply().catch(apply))
  }
  const asked = new Answered(complete ? [...reading.coverage, ...reading.claims] : reading.coverage)
  for (let at = 0; at < reading.hosts.length; at += CHUNK)
    add(result, await transactions.run(tx => notSeen(tx, tenantId, reading, reading.hosts.slice(at, at + CHUNK), seen, asked, by)))
  return result
}

/** Engine, place and check; title and severity may change. */
export function identityOf(
  engine: string,
  { host, port, protocol, check }: Pick<FindingDraft, 'host' | 'port' | 'protocol' | 'check'>,
): string {
  return createHash('sha256')
    .update(JSON.stringify([engine, host, port ?? 0, protocol, check]))
    .digest('hex')
}

interface Known {
  readonly draft: FindingDraft
  readonly identity: string
}

async function seenAgain(tx: Tx, tenantId: string, engine: string, chunk: readonly Known[], by: string): Promise<Partial<Reconciled>> {
  const stored = new Map(
    (await tx.findings.find(tenantId, { identity: { oneOf: chunk.map(item => item.identity) } })).map(row => [row.identity, row]),
  )
  const fresh: Finding[] = []
  const same = new Map<number, string[]>()
  const counts = { created: 0, updated: 0, unchanged: 0, reopened: 0, closed: 0, notOpened: 0 }
  for (const { draft, identity } of chunk) {
    const row = stored.get(identity)
    if (!row) {
      if (draft.declared !== 'open') counts.notOpened++
      else fresh.push(newFinding(tx, tenantId, engine, draft, identity))
      continue
    }
    if (draft.declared !== 'open') {
      if (draft.declared === 'fixed' && openFindingStates.includes(row.state)) {
        await move(tx, row, 'fixed', 6, by, '产品自身报告已修复')
        counts.closed++
      } else counts.unchanged++
      continue
    }
    const back = row.state === 'fixed'
    if (back) {
      await move(tx, row, 'discovered', 8, by, '修复后再次发现')
      counts.reopened++
    }
    if (isSame(row, draft)) {
      if (!back) counts.unchanged++
      const ids = same.get(row.occurrences) ?? []
      ids.push(row.id)
      same.set(row.occurrences, ids)
      continue
    }
    if (!back) counts.updated++
    const details = detailsOf(draft)
    await tx.findings.update(
      tenantId,
      { id: row.id },
      {
        title: draft.title,
        severity: draft.severity,
        details,
        lastSeenAt: tx.at,
        uncoveredSince: null,
        occurrences: row.occurrences + 1,
        updatedAt: tx.at,
        // A graver finding is due earlier; a lighter one keeps the day that was promised.
        dueAt:
          [row.dueAt, dueAt(row.firstSeenAt, { kind: row.kind, severity: draft.severity, urgent: isPublicAddress(row.host) })].sort()[0] ??
          row.dueAt,
      },
    )
  }
  await tx.findings.insertMany(fresh)
  counts.created = fresh.length
  for (const [occurrences, ids] of same)
    await tx.findings.update(tenantId, { id: { oneOf: ids } }, { lastSeenAt: tx.at, uncoveredSince: null, occurrences: occurrences + 1 })
  return counts
}

/** Open findings of the file's hosts and engine that it does not list: closed with proof, else marked as not covered. */
async function notSeen(
  tx: Tx,
  tenantId: string,
  reading: ScanReading,
  hosts: readonly string[],
  seen: ReadonlySet<string>,
  asked: Answered,
  by: string,
): Promise<Partial<Reconciled>> {
  const rows = await tx.findings.find(tenantId, { engine: reading.engine, host: { oneOf: hosts }, state: { oneOf: openFindingStates } })
  const unasked: string[] = []
  let closed = 0
  let uncovered = 0
  for (const row of rows) {
    if (seen.has(row.identity)) continue
    const proof = asked.answers(row)
    if (proof) {
      await move(tx, row, 'fixed', 6, by, `同一引擎 ${reading.engine} 对 ${place(proof)} 的检查 ${proof.check} 已完成，未再发现`)
      closed++
      continue
    }
    uncovered++
    if (row.uncoveredSince === null) unasked.push(row.id)
  }
  for (let at = 0; at < unasked.length; at += CHUNK)
    await tx.findings.update(tenantId, { id: { oneOf: unasked.slice(at, at + CHUNK) } }, { uncoveredSince: tx.at })
  return { closed, uncovered }
}

/** The questions a run has answered, by place. */
export class Answered {
  private readonly byHost = new Map<string, CoverageFact[]>()
  constructor(facts: readonly CoverageFact[]) {
    for (const fact of facts) {
      const known = this.byHost.get(fact.host)
      if (known) known.push(fact)
      else this.byHost.set(fact.host, [fact])
    }
  }

  answers(finding: Finding): CoverageFact | undefined {
    return this.byHost
      .get(finding.host)
      ?.find(
        fact =>
          (fact.port === null || (fact.port === finding.port && fact.protocol === finding.protocol)) &&
          (fact.check === '*' || fact.check === finding.checkKey),
      )
  }
}

const place = (fact: CoverageFact): string => (fact.port === null ? fact.host : `${fact.host}:${fact.port}/${fact.protocol}`)

async function move(tx: Tx, row: Finding, to: FindingState, rule: number, by: string, evidence: string): Promise<void> {
  // A person may have decided since it was read: then their decision stands.
  if (decidedStates.includes(row.state)) return
  const set = to === 'fixed' ? { fixedAt: tx.at } : { fixedAt: null, reopened: row.reopened + 1 }
  if ((await tx.findings.update(row.tenantId, { id: row.id, state: row.state }, { state: to, updatedAt: tx.at, ...set })) === 0) return
  await tx.findingTransitions.insert({
    id: tx.id(),
    tenantId: row.tenantId,
    findingId: row.id,
    from: row.state,
    to,
    rule,
    by,
    at: tx.at,
    evidence,
  })
}

function newFinding(tx: Tx, tenantId: string, engine: string, draft: FindingDraft, identity: string): Finding {
  const kind = draft.kind === 'fact' ? 'vulnerability' : draft.kind
  return {
    id: tx.id(),
    tenantId,
    identity,
    kind,
    engine,
    checkKey: draft.check,
    title: draft.title,
    severity: draft.severity,
    host: draft.host,
    port: draft.port ?? 0,
    protocol: draft.protocol,
    state: 'discovered',
    details: detailsOf(draft),
    occurrences: 1,
    reopened: 0,
    firstSeenAt: tx.at,
    lastSeenAt: tx.at,
    uncoveredSince: null,
    fixedAt: null,
    dueAt: dueAt(tx.at, { kind, severity: draft.severity, urgent: isPublicAddress(draft.host) }),
    holdsUntil: null,
    updatedAt: tx.at,
  }
}

function detailsOf({ cve, cwe, cvss, instances, evidence, description, solution, references, toVerify }: FindingDraft): FindingDetails {
  return { cve, cwe, cvss, instances, evidence, description, solution, references, toVerify }
}

function isSame(row: Finding, draft: FindingDraft): boolean {
  return row.title === draft.title && row.severity === draft.severity && JSON.stringify(row.details) === JSON.stringify(detailsOf(draft))
}

function add(sum: Reconciled, part: Partial<Reconciled>): void {
  for (const [key, value] of Object.entries(part) as [keyof Reconciled, number][]) sum[key] += value
}
