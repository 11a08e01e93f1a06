// Files people sent are kept for a week; then their bytes are removed, the row with the hash stays.
import { defineJob } from '../job.js'

export const expireUploads = defineJob({
  id: 'expire-uploads',
  when: { everySeconds: 3600 },
  timeoutSeconds: 120,
  run: ({ tenant, now, uploads }) => uploads.removeExpired(tenant.id, now),
})
