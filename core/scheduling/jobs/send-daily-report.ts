// Yesterday's report into the butler group every morning (domain.md 15.2), unless a figure in it needs an explanation first.
import { defineJob } from '../job.js'

export const sendDailyReport = defineJob({
  id: 'send-daily-report',
  when: { dailyAt: '08:30' },
  timeoutSeconds: 120,
  async run({ tenant, reports, reportReview }) {
    const day = reports.yesterday(tenant)
    // A tenant that did not exist yesterday has no report of it.
    if (tenant.createdAt >= reports.period(tenant, day).to) return
    const report = await reports.daily(tenant, day)
    await reportReview.sendUnlessOdd(tenant.id, report.id)
  },
})
