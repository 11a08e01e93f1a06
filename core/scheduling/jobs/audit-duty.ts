// No clock may be lost, none stand still, no escalation be nobody's: looked at each minute, put right, and told.
import { auditClocks } from '../../duty/audit-clocks.js'
import { defineJob } from '../job.js'

export const auditDuty = defineJob({
  id: 'audit-duty',
  when: { everySeconds: 60 },
  timeoutSeconds: 60,
  async run({ tenant, now, transactions }) {
    await auditClocks(transactions, tenant.id, now)
  },
})
