// The same grave thing at three customers or more is an expert's matter (domain.md 5.3); each case is escalated by itself, and no customer hears of
// another.
import { escalate } from '../../escalations/escalate.js'
import { PLATFORM } from '../../tenants/tenant.js'
import { compareSeverity } from '../../threats/terms.js'
import { openStates } from '../../tickets/incident-states.js'
import { defineJob } from '../job.js'

export const escalateClusters = defineJob({
  id: 'escalate-clusters',
  when: { everySeconds: 600 },
  timeoutSeconds: 60,
  async run({ tenant, transactions, similar }) {
    if (tenant.id !== PLATFORM) return
    for (const { incidents } of await similar.acrossTenantsClusters()) {
      for (const incident of incidents.filter(item => compareSeverity(item.severity, 'high') >= 0))
        await transactions.run(async tx => {
          const ticket = await tx.tickets.first(incident.tenantId, { subjectId: incident.id })
          if (ticket && openStates.includes(ticket.state)) await escalate(tx, { incident, ticket }, { reason: 'several-tenants' })
        })
    }
  },
})
