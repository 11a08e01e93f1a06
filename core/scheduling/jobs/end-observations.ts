// Incidents whose observation passed quietly go to review.
import { instant } from '../../ports/clock.js'
import { defineJob } from '../job.js'

export const endObservations = defineJob({
  id: 'end-observations',
  when: { everySeconds: 2 },
  timeoutSeconds: 30,
  async run({ tenant, now, transactions, tickets }) {
    const due = await transactions.read(t =>
      t.tickets.find(tenant.id, { state: 'observing', observeUntil: { atMost: instant(now) } }, { limit: 50 }),
    )
    for (const ticket of due) await tickets.endObservation(tenant.id, ticket.id)
  },
})
