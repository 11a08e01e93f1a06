// What an expert thought less of comes back when what it rested on is no longer so.
import { recheckAssessments as recheck } from '../../findings/assessment.js'
import { defineJob } from '../job.js'

export const recheckAssessments = defineJob({
  id: 'recheck-assessments',
  when: { everySeconds: 3600 },
  timeoutSeconds: 120,
  run: async ({ tenant, transactions }) => void (await recheck(transactions, tenant.id)),
})
