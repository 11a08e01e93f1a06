// What a slice answered becomes rows: coverage by host and check, findings by reconciliation. Safe to repeat; called by patrol-runner.ts.
import { reconcile } from '../findings/reconcile.js'
import type { Answer } from '../ports/scan-engine.js'
import type { CoverageFact, ScanReading } from '../ports/scan-import.js'
import type { Transactions, Tx } from '../ports/transaction.js'
import type { PatrolRun, PatrolSlice, ScanCoverage } from './patrol.js'
import type { EngineResult, SliceOutcome } from './slice-work.js'

/** Findings first, then the rows that say the slice is done: what dies in between is done again. */
export async function recordSlice(transactions: Transactions, run: PatrolRun, slice: PatrolSlice, outcome: SliceOutcome): Promise<number> {
  let created = 0
  for (const result of outcome.results) {
    if (result.drafts.length === 0 && !result.answers.some(isProof)) continue
    const counts = await reconcile(transactions, readingOf(result, slice.hosts), {
      tenantId: run.tenantId,
      by: run.number,
      complete: false,
    })
    created += counts.created + counts.reopened
  }
  await transactions.run(async tx => {
    await tx.scanCoverage.remove(run.tenantId, { runId: run.id, host: { oneOf: slice.hosts } })
    await tx.scanCoverage.insertMany(outcome.results.flatMap(result => coverageOf(tx, run, result)))
    const state = outcome.partial === null ? ('done' as const) : ('partial' as const)
    await tx.patrolSlices.update(run.tenantId, { id: slice.id }, { state, finishedAt: tx.at, why: outcome.partial })
    const done = await tx.patrolSlices.count(run.tenantId, { runId: run.id, state: { oneOf: ['done', 'partial'] } })
    await tx.patrolRuns.update(run.tenantId, { id: run.id }, { slicesDone: done })
  })
  return created
}

/** Only what was really answered may close anything. */
const isProof = ({ outcome }: Answer): boolean => outcome === 'found' || outcome === 'not_found'

function readingOf({ engine, drafts, answers, partial }: EngineResult, hosts: readonly string[]): ScanReading {
  const coverage = answers
    .filter(isProof)
    .map(({ address, port, protocol, check }): CoverageFact => ({ host: address, port, protocol, check }))
  const bySeverity = { critical: 0, high: 0, medium: 0, low: 0, info: 0 }
  for (const draft of drafts) bySeverity[draft.severity]++
  const findings = new Set(drafts.map(draft => draft.problem)).size
  return {
    format: engine,
    engine,
    drafts,
    findings,
    bySeverity,
    hosts,
    records: {},
    partial: partial !== null,
    warnings: [],
    coverage,
    claims: [],
  }
}

function coverageOf(tx: Tx, run: PatrolRun, { engine, answers }: EngineResult): ScanCoverage[] {
  const groups = new Map<string, { first: Answer; ports: string[] }>()
  for (const answer of answers) {
    const key = JSON.stringify([answer.address, answer.check, answer.outcome, answer.port === null ? answer.why : ''])
    const group = groups.get(key) ?? { first: answer, ports: [] }
    if (answer.port !== null) group.ports.push(`${answer.port}/${answer.protocol}`)
    groups.set(key, group)
  }
  return [...groups.values()].map(({ first, ports }) => ({
    id: tx.id(),
    tenantId: run.tenantId,
    runId: run.id,
    host: first.address,
    checkKey: first.check.slice(0, 100),
    engine,
    outcome: first.outcome,
    ports: ports.join(' '),
    why: first.why.slice(0, 300),
    at: tx.at,
  }))
}
