// Drafts of the longer reports in the morning they are due (domain.md 15.2): the week on Monday, the month on its first working day, quarter and year
// after their end; the ops room is told and reviews them. Holidays of the service's calendar count.
import dayjs from 'dayjs'
import utc from 'dayjs/plugin/utc.js'
import { serviceCalendar } from '../../clocks/ticket-clocks.js'
import { lastPeriodOf, readPeriod } from '../../reports/period.js'
import type { ReportKind } from '../../reports/report.js'
import { defineJob } from '../job.js'

dayjs.extend(utc)

export const draftReports = defineJob({
  id: 'draft-reports',
  when: { dailyAt: '08:00' },
  timeoutSeconds: 300,
  async run({ tenant, reports, reportReview }) {
    const today = reports.today(tenant)
    for (const kind of dueOn(today)) {
      const period = lastPeriodOf(kind, today)
      // Nothing to tell of a time before the customer came.
      if (tenant.createdAt >= readPeriod(kind, period, tenant.timeZone, today).to) continue
      const report = await reports.make(tenant, { kind, period })
      if (report.state !== 'sent') await reportReview.offer(tenant.id, report.id)
    }
  },
})

/** @param today `YYYY-MM-DD` */
export function dueOn(today: string): readonly ReportKind[] {
  const day = dayjs.utc(today)
  const due: ReportKind[] = []
  if (day.day() === 1) due.push('weekly')
  const first = day.startOf('month')
  if (!isFirstWorkday(today, first.format('YYYY-MM-DD'))) return due
  due.push('monthly')
  if (day.month() % 3 === 0) due.push('quarterly')
  if (day.month() === 0) due.push('annual')
  return due
}

function isFirstWorkday(today: string, first: string): boolean {
  if (!serviceCalendar.isWorkday(today)) return false
  for (let day = dayjs.utc(first); day.format('YYYY-MM-DD') < today; day = day.add(1, 'day'))
    if (serviceCalendar.isWorkday(day.format('YYYY-MM-DD'))) return false
  return true
}
