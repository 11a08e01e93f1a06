// Days of the archive beyond retention are removed; 180 days is the legal floor (Cybersecurity Law art. 21: six months), one year is kept.
import { defineJob } from '../job.js'

const DAYS = 366

export const expireArchive = defineJob({
  id: 'expire-archive',
  when: { dailyAt: '03:20' },
  timeoutSeconds: 600,
  async run({ tenant, archive, transactions }) {
    const days = await archive.expire(tenant.id, DAYS)
    if (days.length === 0) return
    await transactions.run(tx => {
      tx.audit({ tenantId: tenant.id, actor: 'system', action: 'archive.expired', subject: tenant.code, details: { days } })
      return Promise.resolve()
    })
  },
})
