// 五、值守信息: who is on duty by day and by night; without a rota the staff who can be reached.
import dayjs from 'dayjs'
import { dutyIn } from '../../duty/duty-desk.js'
import { DUTY_ZONE } from '../../duty/rota.js'
import { instant } from '../../ports/clock.js'
import { daySpan, localTime } from '../../tenants/local-time.js'
import { PLATFORM } from '../../tenants/tenant.js'
import { roleLabel } from '../../tenants/roles.js'
import { defineSection, escapeMarkdown } from '../section.js'

/** Shifts of a day that are shown. */
const MOST = 6

export const duty = defineSection<readonly string[]>({
  id: 'duty',
  title: '值守信息',
  in: ['daily', 'one-page'],
  async load({ tables, tenant, period }) {
    const { to: from } = daySpan(period.lastDay, period.lastDay, DUTY_ZONE)
    const shifts: string[] = []
    // The report of yesterday is read today: today's shifts are what its reader needs.
    for (let at = from; at < from + 86_400_000 && shifts.length < MOST;) {
      const now = (await dutyIn(tables, instant(at)))?.now
      if (!now) break
      shifts.push(
        `${now.shift} ${localTime(now.from, DUTY_ZONE)}–${localTime(now.to, DUTY_ZONE)} ${now.person.name}${now.person.phone ? ` ${now.person.phone}` : ''}`,
      )
      at = dayjs(now.to).valueOf()
    }
    if (shifts.length > 0) return shifts
    const staff = await tables.people.find(
      PLATFORM,
      { role: { oneOf: ['analyst', 'customer_manager'] } },
      { order: { role: 'asc', userId: 'asc' }, limit: 20 },
    )
    const shown = staff.filter(person => person.role === 'analyst' || person.userId === tenant.manager).slice(0, 4)
    return shown.map(person => `${roleLabel[person.role]} ${person.name}`)
  },
  write: rows => (rows.length === 0 ? '未登记值守人员，请联系客户经理。' : escapeMarkdown(rows.join('｜'))),
})
