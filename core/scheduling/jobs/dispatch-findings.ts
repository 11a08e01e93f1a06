// Grave findings go to whoever owns the machine, within a minute of being known.
import { dispatchFindings as dispatch } from '../../findings/dispatch.js'
import { defineJob } from '../job.js'

export const dispatchFindings = defineJob({
  id: 'dispatch-findings',
  when: { everySeconds: 60 },
  timeoutSeconds: 60,
  run: async ({ tenant, transactions }) => void (await dispatch(transactions, tenant.id)),
})
