// Writes outcomes of sending, many in one transaction: whoever comes while one is being written goes with the next.
import type { Transactions } from '../ports/transaction.js'
import type { Delivery, DeliveryAttempt } from './delivery.js'

export interface Outcome {
  readonly delivery: Delivery
  readonly set: Partial<Omit<Delivery, 'id' | 'tenantId'>>
  readonly attempt: DeliveryAttempt
}

const MOST = 300

export class SettleBatch {
  private waiting: { outcome: Outcome; resolve: () => void; reject: (error: unknown) => void }[] = []
  private writing: Promise<void> | undefined
  constructor(private readonly transactions: Transactions) {}

  /** Resolves when it is committed. */
  settle(outcome: Outcome): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ outcome, resolve, reject })
      this.writing ??= this.write()
    })
  }

  private async write(): Promise<void> {
    // One turn of the loop lets those in that were acknowledged by the same packet.
    await new Promise<void>(resolve => setImmediate(resolve))
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, MOST)
      try {
        await this.transactions.run(async tx => {
          await tx.attempts.insertMany(batch.map(item => item.outcome.attempt))
          for (const [set, ids] of alike(batch.map(item => item.outcome)))
            await tx.deliveries.acrossTenantsUpdate({ id: { oneOf: ids } }, set)
        })
        for (const item of batch) item.resolve()
      } catch (error) {
        for (const item of batch) item.reject(error)
      }
    }
    // In the same breath as the last look: whoever comes right after must find that nobody is writing.
    this.writing = undefined
  }
}

/** Rows that change alike change in one statement: nearly all of them were just sent. */
function alike(outcomes: readonly Outcome[]): [Outcome['set'], string[]][] {
  const groups = new Map<string, [Outcome['set'], string[]]>()
  for (const { delivery, set } of outcomes) {
    const key = JSON.stringify(set)
    const group = groups.get(key)
    if (group) group[1].push(delivery.id)
    else groups.set(key, [set, [delivery.id]])
  }
  return [...groups.values()]
}
