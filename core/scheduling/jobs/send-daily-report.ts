// Yesterday's report into the butler group every morning (domain.md 15.2).
import { defineJob } from '../job.js'

export const sendDailyReport = defineJob({
  id: 'send-daily-report',
  when: { dailyAt: '08:30' },
  timeoutSeconds: 120,
  async run({ tenant, transactions, reports }) {
    const day = reports.yesterday(tenant)
    // A tenant that did not exist yesterday has no report of it.
    if (tenant.createdAt >= reports.period(tenant, day).to) return
    const report = await reports.daily(tenant, day)
    await transactions.run(tx => {
      tx.announce({ tenantId: tenant.id, kind: 'daily-report-ready', refs: { reportId: report.id }, key: `daily:${tenant.id}:${day}` })
      return Promise.resolve()
    })
  },
})
