// Plans the patrols the strategy asks for: what is due, allowed by a letter, and not already waiting.
import { patrolsDue } from '../../patrol/patrols-due.js'
import { defineJob } from '../job.js'

export const planPatrols = defineJob({
  id: 'plan-patrols',
  when: { everySeconds: 300 },
  timeoutSeconds: 60,
  async run({ tenant, now, transactions, patrols }) {
    for (const kind of await transactions.read(t => patrolsDue(t, tenant, now))) await patrols.plan(tenant, { kind, targets: [] }, 'system')
  },
})
