// Silence is reported: sources that stopped speaking, that are not understood, whose clock is wrong or that lost messages are news in the ops room.
import { isStrangelySilent, learn } from '../../events/health/rhythm.js'
import { newHealth, unknownShare, type SourceHealthRow, type SourceProblem } from '../../events/health/source-health.js'
import { instant } from '../../ports/clock.js'
import type { Tx } from '../../ports/transaction.js'
import type { Source } from '../../tenants/tenant.js'
import { defineJob } from '../job.js'

/** Lines no format knew, above which their share is news, and below which it is over. */
const MAX_UNKNOWN = 0.05
const UNKNOWN_OVER = 0.03
const MAX_SKEW_SECONDS = 300
const SKEW_OVER_SECONDS = 240

export const watchSources = defineJob({
  id: 'watch-sources',
  when: { everySeconds: 60 },
  timeoutSeconds: 30,
  async run({ tenant, now, transactions }) {
    await transactions.run(async tx => {
      const sources = await tx.sources.find(tenant.id, {})
      const rows = new Map((await tx.sourceHealth.find(tenant.id, {})).map(row => [row.id, row]))
      for (const source of sources) {
        const row = rows.get(source.id)
        if (row === undefined) await tx.sourceHealth.insertIfAbsent(newHealth(tenant.id, source.id))
        await look(tx, source, row ?? newHealth(tenant.id, source.id), now)
      }
      const gone = [...rows.keys()].filter(id => !sources.some(source => source.id === id))
      if (gone.length > 0) await tx.sourceHealth.remove(tenant.id, { id: { oneOf: gone } })
    })
  },
})

async function look(tx: Tx, source: Source, row: SourceHealthRow, now: number): Promise<void> {
  const at = instant(now)
  const lastEventAt = row.lastEventAt === null ? undefined : Date.parse(row.lastEventAt)
  const rhythm = learn(row.rhythm, lastEventAt, row.checkedAt === null ? undefined : Date.parse(row.checkedAt), now)
  const problems: Partial<Record<SourceProblem, string>> = { ...row.problems }
  const share = unknownShare(row.counts) ?? 0
  const skew = Math.abs(row.skewSeconds ?? 0)
  // What has begun ends only well below the line where it began, so that nothing flickers.
  const states: Readonly<Record<SourceProblem, boolean>> = {
    silent: isStrangelySilent(rhythm, lastEventAt, now),
    unparsed: share > (problems.unparsed === undefined ? MAX_UNKNOWN : UNKNOWN_OVER),
    skewed: skew > (problems.skewed === undefined ? MAX_SKEW_SECONDS : SKEW_OVER_SECONDS),
  }
  for (const [problem, holds] of Object.entries(states) as [SourceProblem, boolean][]) {
    const since = problems[problem]
    if (holds === (since !== undefined)) continue
    if (holds) problems[problem] = at
    else delete problems[problem]
    const refs = {
      source: source.name,
      problem,
      lastEventAt: row.lastEventAt ?? '',
      share: `${Math.round(share * 100)}`,
      skewMinutes: `${Math.round((row.skewSeconds ?? 0) / 60)}`,
      ...(since === undefined ? {} : { since }),
    }
    const key = `${row.id}:${problem}:${holds ? at : (since ?? at)}`
    if (holds) tx.announce({ tenantId: row.tenantId, kind: 'source-blind', refs, key: `source-blind:${key}` })
    else tx.announce({ tenantId: row.tenantId, kind: 'source-seen', refs, key: `source-seen:${key}` })
  }
  const lost = row.dropped - row.droppedTold
  if (lost > 0)
    tx.announce({
      tenantId: row.tenantId,
      kind: 'source-blind',
      refs: { source: source.name, problem: 'dropped', count: String(lost) },
      key: `dropped:${row.id}:${at.slice(0, 13)}`,
    })
  await tx.sourceHealth.update(
    row.tenantId,
    { id: row.id },
    { rhythm, problems, checkedAt: at, ...(lost > 0 ? { droppedTold: row.dropped } : {}) },
  )
}
