// Thirty days of rota on a virtual clock across National Day: handovers, holidays, make-up days, and every escalation at its time.
import { describe, expect, it } from 'vitest'
import { openBotWorld, textOf, type BotWorld } from '../../tests/support/bot-world.js'
import { serviceCalendar } from '../clocks/ticket-clocks.js'
import { TimerService } from '../clocks/timer-service.js'
import { instant } from '../ports/clock.js'
import { changeShifts } from '../scheduling/jobs/change-shifts.js'
import { PLATFORM } from '../tenants/tenant.js'
import { dutyAt, type DutyPlan } from './rota.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = Date.parse('2026-09-22T00:00:00Z')
/** As far as a loop that looks each second may be behind, and the aim. */
const TOLERANCE = 5_000

const plan: DutyPlan = {
  anchor: '2026-09-01',
  shifts: [
    { name: '白班', from: '08:30', to: '20:30', days: 'every', people: ['zhang', 'zhao'], turnDays: 1 },
    { name: '夜班', from: '20:30', to: '08:30', days: 'every', people: ['zhao', 'zhang'], turnDays: 2 },
  ],
  experts: { people: ['wang'], turnDays: 7 },
  swaps: [{ day: '2026-10-01', shift: '白班', person: 'wang' }],
  away: [],
  holidays: {},
}

/** Moves on from due moment to due moment, half a second late each time, as the loops do; the job of the shifts looks every three hours. */
async function live(world: BotWorld, until: number): Promise<void> {
  const timers = new TimerService({ ...world.core })
  const platform = (await world.core.directory.tenant(PLATFORM))!
  while (world.clock.now() < until) {
    const next = await world.transactions.read(async t => {
      const due = await t.announcements.acrossTenantsFind({ state: 'pending' }, { order: { dueAt: 'asc' }, limit: 1 })
      const timer = await t.timers.acrossTenantsFind(
        { doneAt: null, pausedAt: null, breachedAt: null },
        { order: { dueAt: 'asc' }, limit: 1 },
      )
      return [due[0]?.dueAt, timer[0]?.dueAt].flatMap(at =>
        at === undefined ? [] : [Math.max(Date.parse(at) + 500, world.clock.now() + 1)],
      )
    })
    world.clock.set(instant(Math.min(until, world.clock.now() + 3 * HOUR, ...next)))
    await timers.runDue()
    await changeShifts.run({ ...world.core, archive: undefined as never, tenant: platform, now: world.clock.now() })
    await world.announcer.runDue()
  }
}

describe('thirty days of duty', () => {
  it('hand over at each change, tell each escalation within five seconds of its time', async () => {
    const world = await openBotWorld()
    await world.transactions.run(tx => tx.dutyRotas.insert({ id: 'rota', tenantId: PLATFORM, plan }))
    world.clock.set(instant(START))
    const expected: { number: string; dueAt: number }[] = []
    for (let day = 0; day < 30; day++) {
      // One case a day, at another hour each day, P1 every third.
      const at = START + day * DAY + ((day * 7) % 24) * HOUR
      await live(world, at)
      const priority = day % 3 === 0 ? 'P1' : 'P3'
      const { incident } = await world.incident({ state: 'triaging', priority })
      await world.core.escalations.request(world.actor('zhang'), world.uni.id, incident.number, '请看')
      const now = instant(world.clock.now())
      expected.push({ number: incident.number, dueAt: Date.parse(priority === 'P1' ? now : serviceCalendar.addMinutes(now, 0)) })
      await live(world, START + (day + 1) * DAY)
    }
    await live(world, START + 32 * DAY)
    const deliveries = await world.deliveries()

    const told = deliveries.filter(({ kind, chatId }) => kind === 'escalation-requested' && chatId === 'exp-1')
    expect(told).toHaveLength(30)
    for (const { number, dueAt } of expected) {
      const said = told.find(({ subject }) => subject === number)!
      expect(Math.abs(Date.parse(said.createdAt) - dueAt), number).toBeLessThanOrEqual(TOLERANCE)
    }
    const handovers = deliveries.filter(({ kind, createdAt }) => kind === 'shift-changed' && createdAt < instant(START + 30 * DAY))
    expect(handovers).toHaveLength(60)
    for (const { createdAt } of handovers) {
      const from = Date.parse(dutyAt(plan, serviceCalendar, createdAt)!.from)
      expect(Date.parse(createdAt) - from).toBeLessThanOrEqual(TOLERANCE)
    }
    expect(handovers.map(textOf).find(text => text.includes('王专家（白班'))).toContain('交接班')
  }, 60_000)
})
