// Working rows nobody asks for any more: answered messages, announcements that were said, runs of jobs. The journal of deliveries stays.
import { instant } from '../../ports/clock.js'
import { defineJob } from '../job.js'

const DAYS = 30

export const cleanUp = defineJob({
  id: 'clean-up',
  when: { dailyAt: '03:40' },
  timeoutSeconds: 120,
  async run({ tenant, now, transactions }) {
    const before = { below: instant(now - DAYS * 86_400_000) }
    await transactions.run(async tx => {
      await tx.inbound.remove(tenant.id, { state: 'done', at: before })
      await tx.announcements.remove(tenant.id, { state: 'done', createdAt: before })
      await tx.links.remove(tenant.id, { expiresAt: before })
      await tx.cards.remove(tenant.id, { expiresAt: before })
      await tx.jobRuns.remove(tenant.id, { startedAt: before })
    })
  },
})
