// Silence is news: messages that should have left and did not are told to the ops room, once an hour.
import { instant } from '../../ports/clock.js'
import { defineJob } from '../job.js'

/** Accepted and neither sent nor given a reason for so long (milliseconds). */
const OVERDUE = 300_000

export const auditDeliveries = defineJob({
  id: 'audit-deliveries',
  when: { everySeconds: 60 },
  timeoutSeconds: 30,
  async run({ tenant, now, transactions }) {
    const old = instant(now - OVERDUE)
    const overdue = await transactions.read(async t => [
      ...(await t.deliveries.find(
        tenant.id,
        { state: { oneOf: ['queued', 'claimed'] }, createdAt: { atMost: old } },
        { order: { createdAt: 'asc' }, limit: 200 },
      )),
      ...(await t.deliveries.find(tenant.id, { state: 'held', heldUntil: { atMost: old } }, { limit: 200 })),
    ])
    const [oldest] = overdue
    if (!oldest) return
    await transactions.run(tx => {
      const refs = { count: String(overdue.length), oldest: oldest.createdAt, code: oldest.error ?? '', chatId: oldest.chatId }
      tx.announce({ tenantId: tenant.id, kind: 'deliveries-overdue', refs, key: `overdue:${tenant.id}:${tx.at.slice(0, 13)}` })
      return Promise.resolve()
    })
  },
})
