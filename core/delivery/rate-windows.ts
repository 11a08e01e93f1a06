// The rate windows of all conversations this process serves; a new one is filled from the journal. Used by conversation.ts.
import { instant } from '../ports/clock.js'
import type { Transactions } from '../ports/transaction.js'
import type { Road } from '../ports/road.js'
import { RateWindow } from './rate-window.js'

/** Conversations whose rate is remembered. */
const WINDOWS = 10_000

interface Place {
  readonly key: string
  readonly road: Pick<Road, 'id' | 'can'>
  readonly robot: string
  readonly chatId: string
}

export class RateWindows {
  private readonly windows = new Map<string, RateWindow>()
  constructor(private readonly transactions: Transactions) {}

  /** What was said here in the last hour counts, even when another process said it. */
  async of({ key, road, robot, chatId }: Place, now: number): Promise<RateWindow> {
    const known = this.windows.get(key)
    if (known) return known
    const { perMinute, perHour } = road.can
    const since = instant(now - 3_600_000)
    const earlier =
      perMinute === undefined && perHour === undefined
        ? []
        : await this.transactions.read(t =>
            t.deliveries.acrossTenantsFind(
              { chatId, robot, road: road.id, state: 'sent', sentAt: { atLeast: since } },
              { order: { sentAt: 'desc' }, limit: perHour ?? perMinute ?? 1 },
            ),
          )
    if (this.windows.size >= WINDOWS) this.windows.clear()
    const window = new RateWindow(
      { perMinute, perHour },
      earlier.map(row => Date.parse(row.sentAt ?? row.createdAt)).sort((a, b) => a - b),
    )
    this.windows.set(key, window)
    return window
  }
}
