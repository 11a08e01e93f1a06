// The side roads of a ticket on real transactions: merged, regraded, suspended and woken, accepted, reopened; and the clocks they move.
import { beforeEach, describe, expect, it } from 'vitest'
import { openBotWorld, type BotWorld } from '../../tests/support/bot-world.js'
import { TimerService } from '../clocks/timer-service.js'
import type { Timer } from '../clocks/timer.js'
import type { Ticket } from './ticket.js'

const DAY = 86_400
let world: BotWorld
beforeEach(async () => {
  world = await openBotWorld()
})

const timersOf = (ticket: Ticket): Promise<Timer[]> =>
  world.transactions.read(t => t.timers.find(ticket.tenantId, { ticketId: ticket.id }, { order: { kind: 'asc' } }))
const stateOf = async (ticket: Ticket): Promise<string | undefined> =>
  (await world.transactions.read(t => t.tickets.get(ticket.tenantId, ticket.id)))?.state
const ring = (): Promise<number> => new TimerService({ ...world.core }).runDue()

describe('a merged incident', () => {
  it('hands its alerts and hits to the one it is part of', async () => {
    const first = await world.incident({ state: 'triaging' })
    const second = await world.incident({ state: 'new' })

    const answer = await world.asks('zhang', `合并 ${second.incident.number} ${first.incident.number}`, { in: 'ops-1' })

    expect(answer).toContain('已并入')
    const kept = await world.transactions.read(t => t.incidents.get(first.incident.tenantId, first.incident.id))
    expect(kept?.hits).toBe(first.incident.hits + second.incident.hits)
    expect(await stateOf(second.ticket)).toBe('duplicate')
    expect(await world.asks('zhang', `合并 ${first.incident.number} ${second.incident.number}`, { in: 'ops-1' })).toContain('已合并')
  })
})

describe('another priority', () => {
  it('is set up by an analyst and down by a senior expert only, with the clocks counted anew', async () => {
    const { incident, ticket } = await world.incident({ state: 'triaging' })
    const up = await world.asks('zhang', `改级 ${incident.number} P1 涉及核心业务`, { in: 'ops-1' })
    const down = await world.asks('zhang', `改级 ${incident.number} P3 影响有限`, { in: 'ops-1' })
    const byExpert = await world.asks('wang', `改级 ${incident.number} P3 影响有限`, { in: 'ops-1' })

    expect(up).toContain('P1')
    expect(down).toContain('高级专家')
    expect(byExpert).toContain('P3')
    expect((await world.transactions.read(t => t.tickets.get(ticket.tenantId, ticket.id)))?.priority).toBe('P3')
  })

  it('needs its reason', async () => {
    const { incident } = await world.incident({ state: 'triaging' })

    expect(await world.asks('zhang', `改级 ${incident.number} P1`, { in: 'ops-1' })).toContain('还缺理由')
  })
})

describe('a suspended ticket', () => {
  it('sleeps with its clocks standing still, and wakes by itself where it was', async () => {
    const { incident, ticket } = await world.incident({ state: 'eradicating' })

    await world.asks('zhang', `挂起 ${incident.number} 2天 等停机窗口`, { in: 'ops-1' })
    const asleep = await stateOf(ticket)
    world.clock.turn(2 * DAY - 60)
    await ring()
    const stillAsleep = await stateOf(ticket)
    world.clock.turn(61)
    await ring()

    expect([asleep, stillAsleep, await stateOf(ticket)]).toEqual(['suspended', 'suspended', 'eradicating'])
    expect(await ring()).toBe(0)
  })

  it('sleeps no longer than 30 days and not without a reason', async () => {
    const { incident } = await world.incident({ state: 'triaging' })

    expect(await world.asks('zhang', `挂起 ${incident.number} 31天 等采购`, { in: 'ops-1' })).toContain('最长 30 天')
    expect(await world.asks('zhang', `挂起 ${incident.number} 7天`, { in: 'ops-1' })).toContain('还缺原因')
  })
})

describe('an accepted risk', () => {
  it('is signed by the customer in full, reminded of a week before, and comes back at its end', async () => {
    const { incident, ticket } = await world.incident({ state: 'awaiting_customer' })
    const byAnalyst = await world.asks('zhang', `接受风险 ${incident.number} 30天 已限制来源`, { in: 'ops-1' })
    const withoutEnd = await world.asks('li', `@管家 接受风险 ${incident.number} 已限制来源`)
    const signed = await world.asks('li', `@管家 接受风险 ${incident.number} 30天 已限制来源`)
    world.clock.turn(23 * DAY + 1)
    await ring()
    const reminded = await world.announce()
    world.clock.turn(7 * DAY)
    await ring()

    expect(byAnalyst).not.toContain('已登记')
    expect(withoutEnd).toContain('还缺期限')
    expect(signed).toContain('已登记')
    expect(reminded.map(({ message }) => JSON.stringify(message)).join()).toContain('7 天后到期')
    expect(await stateOf(ticket)).toBe('triaging')
  })
})

describe('a closed incident', () => {
  it('is opened again by the customer within 30 days, and the ops room hears it', async () => {
    const { incident, ticket } = await world.incident({ state: 'closed' })

    const answer = await world.asks('li', `@管家 重开 ${incident.number} 今天又出现了`)
    const told = await world.announce()

    expect(answer).toContain('已重新打开')
    expect(await stateOf(ticket)).toBe('triaging')
    expect(told.some(({ chatId }) => chatId === 'ops-1')).toBe(true)
  })
})

describe('the clocks', () => {
  it('warn the ops room at four fifths of the time and say when a promise was broken, once', async () => {
    const { incident, ticket } = await world.incident({ state: 'new', priority: 'P1' })
    await world.asks('zhang', `认领 ${incident.number}`, { in: 'ops-1' })
    world.clock.turn(13 * 60)
    await ring()
    const warned = (await world.announce()).map(({ kind }) => kind)
    world.clock.turn(3 * 60)
    await ring()
    await ring()
    const broken = (await world.announce()).map(({ kind }) => kind)

    expect(warned.filter(kind => kind === 'sla-warning')).toHaveLength(1)
    expect(broken.filter(kind => kind === 'sla-breached')).toHaveLength(1)
    const verdict = (await timersOf(ticket)).find(({ kind }) => kind === 'verdict')
    expect(verdict).toMatchObject({ minutes: 15, doneAt: null })
    expect(verdict?.breachedAt).not.toBeNull()
  })

  it('do not count while the customer is waited for', async () => {
    const { incident, ticket } = await world.incident({ state: 'new', priority: 'P2' })
    await world.asks('zhang', `认领 ${incident.number}`, { in: 'ops-1' })
    await world.asks('zhang', `研判 ${incident.number}`, { in: 'ops-1' })
    await world.asks('zhang', `挂起 ${incident.number} 1天 等客户`, { in: 'ops-1' })
    world.clock.turn(DAY + 1)
    await ring()

    expect((await timersOf(ticket)).filter(({ kind }) => kind === 'update')).toEqual([])
    expect(await stateOf(ticket)).toBe('confirmed')
  })
})
