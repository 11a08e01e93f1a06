// The auditor finds what was lost: a thousand dropped timers in one run, escalations of nobody, a loop that is dead.
import { beforeEach, describe, expect, it } from 'vitest'
import { openBotWorld, textOf, type BotWorld } from '../../tests/support/bot-world.js'
import { PLATFORM } from '../tenants/tenant.js'
import type { IncidentState } from '../tickets/ticket.js'
import { auditClocks } from './audit-clocks.js'
import type { DutyPlan } from './rota.js'

const turn = { people: ['wang'], turnDays: 7 }
const plan: DutyPlan = {
  anchor: '2026-11-01',
  shifts: [{ ...turn, name: '全天', from: '00:00', to: '00:00', days: 'every' }],
  experts: turn,
  swaps: [],
  away: [],
  holidays: {},
}

let world: BotWorld
beforeEach(async () => {
  world = await openBotWorld()
})
const audit = () => auditClocks(world.transactions, world.uni.id, world.clock.now())
const running = () => world.transactions.read(t => t.timers.find(world.uni.id, { doneAt: null }, { limit: 5_000 }))

describe('the auditor', () => {
  it('finds a thousand dropped timers in one run, and starts them as they were', async () => {
    const states: readonly IncidentState[] = ['new', 'triaging', 'confirmed', 'awaiting_customer', 'eradicating']
    for (let n = 0; n < 500; n++) await world.incident({ state: states[n % states.length]!, priority: 'P2' })
    await audit()
    const before = await running()
    const dropped = before.slice(0, 1_000)
    await world.transactions.run(async tx => {
      for (let at = 0; at < dropped.length; at += 200)
        await tx.timers.remove(world.uni.id, { id: { oneOf: dropped.slice(at, at + 200).map(timer => timer.id) } })
    })

    const { lost } = await audit()

    expect(dropped).toHaveLength(1_000)
    expect(lost).toBe(1_000)
    const key = (timers: typeof before) => timers.map(({ id, dueAt, pausedAt }) => `${id} ${dueAt} ${pausedAt}`).sort()
    expect(key(await running())).toEqual(key(before))
    expect((await audit()).lost).toBe(0)
    expect((await world.announce()).map(textOf).filter(text => text.includes('值守自查'))).toHaveLength(1)
  }, 60_000)

  it('wakes a sleeping ticket when it should have, although its timer is gone', async () => {
    const { incident, ticket } = await world.incident({ state: 'eradicating' })
    await world.asks('zhang', `挂起 ${incident.number} 2天 等停机窗口`, { in: 'ops-1' })
    const wake = (await running()).find(({ kind }) => kind === 'wake')
    await world.transactions.run(tx => tx.timers.remove(world.uni.id, { ticketId: ticket.id, kind: 'wake' }))

    await audit()

    expect((await running()).find(({ kind }) => kind === 'wake')?.dueAt).toBe(wake?.dueAt)
  })

  it('tells that nobody runs the timers', async () => {
    await world.incident({ state: 'triaging', priority: 'P1' })
    await audit()
    world.clock.turn(3_600)

    expect((await audit()).late).toBeGreaterThan(0)
    expect((await world.announce()).map(textOf).join()).toContain('请检查调度进程')
  })

  it('finds an escalation of nobody, tells it, and gives it to who is on duty as soon as there is a rota', async () => {
    const { incident } = await world.incident({ state: 'triaging', priority: 'P1' })
    await world.core.escalations.request(world.actor('zhang'), world.uni.id, incident.number, '')
    const first = await audit()
    const told = (await world.announce()).map(textOf).join()
    await world.transactions.run(tx => tx.dutyRotas.insert({ id: 'rota', tenantId: PLATFORM, plan }))
    world.clock.turn(60)
    await audit()

    expect(first.orphaned).toBe(1)
    expect(told).toContain('没有值班专家')
    const [escalation] = await world.transactions.read(t => t.escalations.find(world.uni.id, {}))
    expect(escalation).toMatchObject({ state: 'requested', expert: 'wang' })
    expect((await audit()).orphaned).toBe(0)
  })
})
