// Counts in memory what the judged events say about their sources, and writes it down some seconds apart. One per worker, told by the judge for every event.
import type { EcsEvent } from '../../events/event.js'
import type { Clock } from '../../ports/clock.js'
import { instant } from '../../ports/clock.js'
import type { Logger } from '../../ports/logger.js'
import type { Transactions } from '../../ports/transaction.js'
import { addCounts, newHealth } from './source-health.js'

const FLUSH_MILLISECONDS = 10_000
/** Time differences kept per source between two flushes. */
const MAX_DIFFERENCES = 101
/** Lines this far back are an old file that is read in, not a wrong clock (milliseconds). */
const HISTORIC = 86_400_000

interface Counted {
  readonly tenantId: string
  lastEventAt: string
  total: number
  unknown: number
  readonly differences: number[]
}

interface Observed {
  readonly sourceId: string
  readonly receivedAt: string
}

export class HealthKeeper {
  private readonly sources = new Map<string, Counted>()
  private flushedAt: number
  constructor(private readonly needs: { transactions: Transactions; clock: Clock; logger: Logger }) {
    this.flushedAt = needs.clock.now()
  }

  observe(tenantId: string, record: Observed, event: EcsEvent): void {
    let counted = this.sources.get(record.sourceId)
    if (counted === undefined)
      this.sources.set(record.sourceId, (counted = { tenantId, lastEventAt: '', total: 0, unknown: 0, differences: [] }))
    if (record.receivedAt > counted.lastEventAt) counted.lastEventAt = record.receivedAt
    counted.total += 1
    if (event.event.dataset === 'unknown') counted.unknown += 1
    const difference = Date.parse(record.receivedAt) - Date.parse(event['@timestamp'])
    // A line without a time of its own bears the time it was received.
    if (difference === 0 || !Number.isFinite(difference) || difference > HISTORIC) return
    if (counted.differences.length < MAX_DIFFERENCES) counted.differences.push(difference)
    else counted.differences[counted.total % MAX_DIFFERENCES] = difference
  }

  /** Writes what was counted, at most every ten seconds; what could not be written is written with the next. */
  async flush(always = false): Promise<void> {
    const { clock, transactions, logger } = this.needs
    const now = clock.now()
    if (this.sources.size === 0 || (!always && now - this.flushedAt < FLUSH_MILLISECONDS)) return
    this.flushedAt = now
    const counted = [...this.sources]
    this.sources.clear()
    const hour = instant(now).slice(0, 13)
    try {
      await transactions.run(async tx => {
        for (const [sourceId, source] of counted) {
          const { tenantId } = source
          // A source that was taken away meanwhile has no wellbeing any more.
          if (!(await tx.sources.get(tenantId, sourceId))) continue
          await tx.sourceHealth.insertIfAbsent(newHealth(tenantId, sourceId))
          const known = (await tx.sourceHealth.get(tenantId, sourceId)) ?? newHealth(tenantId, sourceId)
          const last = known.lastEventAt
          await tx.sourceHealth.update(
            tenantId,
            { id: sourceId },
            {
              lastEventAt: last !== null && last > source.lastEventAt ? last : source.lastEventAt,
              counts: addCounts(known.counts, hour, source.total, source.unknown),
              ...(source.differences.length < 5 ? {} : { skewSeconds: Math.round(median(source.differences) / 1000) }),
            },
          )
        }
      })
    } catch (error) {
      for (const [sourceId, source] of counted) this.putBack(sourceId, source)
      logger.warn({ error }, 'wellbeing of sources was not written, tried again')
    }
  }

  private putBack(sourceId: string, source: Counted): void {
    const since = this.sources.get(sourceId)
    if (since === undefined) this.sources.set(sourceId, source)
    else {
      since.total += source.total
      since.unknown += source.unknown
    }
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
