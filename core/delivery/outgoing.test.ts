import { beforeEach, describe, expect, it } from 'vitest'
import { openWorld, type World } from '../../tests/support/memory-world.js'
import type { Group, TenantSettings } from '../tenants/tenant.js'
import type { Delivery } from './delivery.js'
import { newDelivery } from './new-delivery.js'
import { withinBudget } from './outgoing.js'
import { PreferenceService } from './preferences.js'

let world: World
let n: number
beforeEach(async () => {
  world = await openWorld()
  n = 0
})

/** Says one thing in the group, as the announcer does. */
async function said(set: Partial<Delivery> = {}, group: Group = world.group): Promise<Delivery> {
  return world.transactions.run(async tx => {
    const row = await withinBudget(tx, group, {
      ...newDelivery(tx, {
        tenantId: group.tenantId,
        robot: 'main',
        chatId: group.chatId,
        chatType: 'group',
        kind: 'alert-raised',
        subject: `IN-uni-261124-${++n}`,
        key: `k${n}`,
        level: 'P3',
        topic: 'brute_force',
        message: { kind: 'markdown', text: `第 ${n} 条` },
      }),
      ...set,
    })
    await tx.deliveries.insert(row)
    return row
  })
}
const many = async (count: number, set: Partial<Delivery> = {}) => {
  const rows: Delivery[] = []
  for (let i = 0; i < count; i++) rows.push(await said(set))
  return rows
}
const wishes = (wished: NonNullable<TenantSettings['attention']>) => world.change(world.uni, { settings: { attention: wished } })
const journal = async ({ id }: Delivery) =>
  (await world.transactions.read(t => t.attempts.find(world.uni.id, { deliveryId: id }))).map(({ outcome, code, facts }) => [
    outcome,
    code,
    facts['until'] ?? null,
  ])

describe('the budget of a group', () => {
  it('holds the seventh of an hour for five minutes, with a row in the journal', async () => {
    const rows = await many(7)

    expect(rows.map(row => row.state)).toEqual([...Array<string>(6).fill('queued'), 'held'])
    expect(rows[6]).toMatchObject({ heldWhy: 'hour-budget', heldUntil: '2026-11-24T02:05:00.000Z' })
    expect(await journal(rows[6]!)).toEqual([['held', 'hour-budget', '2026-11-24T02:05:00.000Z']])
    expect(await journal(rows[0]!)).toEqual([])
  })

  it('is free again when the hour is over', async () => {
    await many(6)
    world.clock.turn(3601)

    expect((await said()).state).toBe('queued')
  })

  it('counts what left at once only: not P1, not what was held, not answers, not other groups', async () => {
    await many(20, { level: 'P1' })
    await many(20, { level: null })
    await world.transactions.run(tx => tx.groups.insert({ ...world.group, id: 'group-2', chatId: 'g-uni-2', webhook: null }))
    for (let i = 0; i < 6; i++) await said({}, { ...world.group, id: 'group-2', chatId: 'g-uni-2' })

    const rows = await many(8)

    expect(rows.map(row => row.state)).toEqual([...Array<string>(6).fill('queued'), 'held', 'held'])
  })

  it('of a day holds longer', async () => {
    await wishes({ perHour: 100, perDay: 3 })

    const rows = await many(4)

    expect(rows[3]).toMatchObject({ state: 'held', heldWhy: 'day-budget', heldUntil: '2026-11-24T02:30:00.000Z' })
  })

  it('of a day begins at midnight where the customer is', async () => {
    await wishes({ perHour: 100, perDay: 1, quiet: null })
    world.clock.set('2026-11-24T15:59:00.000Z')
    expect((await many(2)).map(row => row.state)).toEqual(['queued', 'held'])
    world.clock.set('2026-11-24T16:00:00.000Z')

    expect((await said()).state).toBe('queued')
  })
})

describe('quiet hours', () => {
  it('hold until eight o’clock where the customer is', async () => {
    world.clock.set('2026-11-24T15:30:00.000Z')

    expect(await said()).toMatchObject({ state: 'held', heldWhy: 'quiet-hours', heldUntil: '2026-11-25T00:00:00.000Z' })
  })

  it('let a P1 and what belongs to a running case pass', async () => {
    world.clock.set('2026-11-24T15:30:00.000Z')

    expect([(await said({ level: 'P1' })).state, (await said({ level: null })).state]).toEqual(['queued', 'queued'])
  })

  it('pass what the group wants to be woken for', async () => {
    world.clock.set('2026-11-24T15:30:00.000Z')
    await new PreferenceService(world.transactions).change(world.actor('li'), world.uni, 'g-uni', () => ({ wakes: 'P2' }))

    expect([(await said({ level: 'P2' })).state, (await said({ level: 'P3' })).state]).toEqual(['queued', 'held'])
  })
})

describe('what is not wanted', () => {
  it('is dropped, and the journal says so', async () => {
    await wishes({ muted: ['scan_probe'] })

    const row = await said({ topic: 'scan_probe' })

    expect(row).toMatchObject({ state: 'dropped', heldUntil: null, heldWhy: 'muted' })
    expect(await journal(row)).toEqual([['dropped', 'muted', null]])
    expect((await said({ topic: 'scan_probe', level: 'P1' })).state).toBe('queued')
    expect((await said({ topic: 'phishing' })).state).toBe('queued')
  })

  it('below the level waits for the morning', async () => {
    expect(await said({ level: 'P4' })).toMatchObject({ state: 'held', heldWhy: 'low-level', heldUntil: '2026-11-25T00:00:00.000Z' })
  })
})

it('staff rooms have no budget', async () => {
  await wishes({ muted: ['brute_force'], perHour: 1 })
  const ops: Group = { ...world.group, id: 'group-ops', tenantId: 'platform', chatId: 'ops-1', kind: 'ops' }

  const states: string[] = []
  for (let i = 0; i < 10; i++) states.push((await said({}, ops)).state)

  expect(new Set(states)).toEqual(new Set(['queued']))
})
