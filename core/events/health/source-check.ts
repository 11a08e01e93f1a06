// Answers how each source of a customer is; asked by `接入检查` and `状态`.
import type { Instant } from '../../ports/clock.js'
import type { Transactions } from '../../ports/transaction.js'
import { newHealth, unknownShare, type SourceProblem } from './source-health.js'

export interface SourceState {
  readonly name: string
  readonly type: string
  readonly lastEventAt: Instant | null
  readonly problems: readonly SourceProblem[]
  /** Of this hour and the one before; undefined below 50 lines. */
  readonly unknownPercent: number | undefined
  readonly skewSeconds: number | null
  readonly dropped: number
}

export class SourceCheck {
  constructor(private readonly transactions: Transactions) {}

  /** In the order they were declared. */
  async states(tenantId: string): Promise<readonly SourceState[]> {
    return this.transactions.read(async t => {
      const rows = new Map((await t.sourceHealth.find(tenantId, {})).map(row => [row.id, row]))
      return (await t.sources.find(tenantId, {}, { order: { id: 'asc' } })).map(source => {
        const row = rows.get(source.id) ?? newHealth(tenantId, source.id)
        const share = unknownShare(row.counts)
        return {
          name: source.name,
          type: source.type,
          lastEventAt: row.lastEventAt,
          problems: Object.keys(row.problems) as SourceProblem[],
          unknownPercent: share === undefined ? undefined : Math.round(share * 100),
          skewSeconds: row.skewSeconds,
          dropped: row.dropped,
        }
      })
    })
  }
}
