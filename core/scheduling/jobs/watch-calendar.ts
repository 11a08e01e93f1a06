// A year whose holidays are not known is news (design.md 6.7): this year at once, the next one from December on.
import dayjs from 'dayjs'
import { serviceCalendar } from '../../clocks/ticket-clocks.js'
import { PLATFORM } from '../../tenants/tenant.js'
import { defineJob } from '../job.js'

const DECEMBER = 11

export const watchCalendar = defineJob({
  id: 'watch-calendar',
  when: { dailyAt: '09:30' },
  timeoutSeconds: 30,
  async run({ tenant, now, transactions, duty }) {
    if (tenant.id !== PLATFORM) return
    await duty.learnHolidays()
    const today = dayjs(now)
    const years = [today.year(), ...(today.month() === DECEMBER ? [today.year() + 1] : [])]
    const missing = years.filter(year => !serviceCalendar.isCovered(year))
    if (missing.length === 0) return
    await transactions.run(tx => {
      for (const year of missing)
        tx.announce({
          tenantId: PLATFORM,
          kind: 'calendar-missing',
          refs: { year: String(year) },
          key: `calendar:${year}:${today.format('YYYY-MM-DD')}`,
        })
      return Promise.resolve()
    })
  },
})
