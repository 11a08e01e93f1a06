// Writes down how many messages of a source were lost before the archive; called by the API role some seconds apart.
import { instant, type Clock } from '../../ports/clock.js'
import type { Transactions } from '../../ports/transaction.js'
import type { Source } from '../../tenants/tenant.js'
import { newHealth } from './source-health.js'

const MAX_TRIES = 5

/** Several processes may add at once: the number only changes from what was read. */
export async function noteDropped(needs: { transactions: Transactions; clock: Clock }, source: Source, messages: number): Promise<void> {
  const { id, tenantId } = source
  for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
    const done = await needs.transactions.run(async tx => {
      await tx.sourceHealth.insertIfAbsent(newHealth(tenantId, id))
      const before = (await tx.sourceHealth.get(tenantId, id))?.dropped ?? 0
      const set = { dropped: before + messages, droppedAt: instant(needs.clock.now()) }
      return (await tx.sourceHealth.update(tenantId, { id, dropped: before }, set)) === 1
    })
    if (done) return
  }
}
