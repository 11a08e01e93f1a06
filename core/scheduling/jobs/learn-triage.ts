// Every five minutes: the triage model learns the verdicts given since.
import { TriageService } from '../../threats/triage/triage-service.js'
import { defineJob } from '../job.js'

export const learnTriage = defineJob({
  id: 'learn-triage',
  when: { everySeconds: 300 },
  timeoutSeconds: 60,
  async run({ tenant, transactions }) {
    await new TriageService(transactions).learn(tenant)
  },
})
