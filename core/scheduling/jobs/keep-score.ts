// The day's security score, kept shortly before the day ends (domain.md 9), so that trends do not depend on what happened later.
import { defineJob } from '../job.js'

export const keepScore = defineJob({
  id: 'keep-score',
  when: { dailyAt: '23:30' },
  timeoutSeconds: 120,
  run: ({ tenant, scores }) => scores.keep(tenant),
})
