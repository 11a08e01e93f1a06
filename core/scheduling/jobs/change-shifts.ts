// Sets up the next handover of the ops room for the very second of the change; the words are written when it is said.
import { serviceCalendar } from '../../clocks/ticket-clocks.js'
import { storedPlan } from '../../duty/duty-desk.js'
import { dutyAt } from '../../duty/rota.js'
import { instant } from '../../ports/clock.js'
import { PLATFORM } from '../../tenants/tenant.js'
import { defineJob } from '../job.js'

export const changeShifts = defineJob({
  id: 'change-shifts',
  when: { everySeconds: 60 },
  timeoutSeconds: 30,
  async run({ tenant, now, transactions, duty }) {
    if (tenant.id !== PLATFORM) return
    await duty.learnHolidays()
    const plan = await transactions.read(storedPlan)
    const next = plan && dutyAt(plan, serviceCalendar, instant(now))?.to
    if (next === undefined) return
    const key = `shift:${next}`
    if (await transactions.read(t => t.announcements.first(PLATFORM, { key }))) return
    await transactions.run(tx => {
      tx.announce({ tenantId: PLATFORM, kind: 'shift-changed', refs: { from: next }, key, dueAt: next })
      return Promise.resolve()
    })
  },
})
