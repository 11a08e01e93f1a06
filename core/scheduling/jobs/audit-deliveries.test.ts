import { beforeEach, expect, it } from 'vitest'
import { openWorld, type World } from '../../../tests/support/memory-world.js'
import type { Delivery } from '../../delivery/delivery.js'
import { newDelivery } from '../../delivery/new-delivery.js'
import type { JobContext } from '../job.js'
import { auditDeliveries } from './audit-deliveries.js'

let world: World
let n: number
beforeEach(async () => {
  world = await openWorld()
  n = 0
})

const queue = (set: Partial<Delivery> = {}) =>
  world.transactions.run(tx =>
    tx.deliveries.insert({
      ...newDelivery(tx, {
        tenantId: world.uni.id,
        robot: 'main',
        chatId: 'g-uni',
        chatType: 'group',
        kind: 'alert-raised',
        subject: '',
        key: `k${++n}`,
        message: { kind: 'markdown', text: '一' },
      }),
      ...set,
    }),
  )
const audit = (tenant = world.uni) =>
  auditDeliveries.run({ tenant, now: world.clock.now(), transactions: world.transactions } as unknown as JobContext)
const told = async () => (await world.announcements('deliveries-overdue')).map(row => row.refs)

it('what has waited for five minutes is news: how many, since when, and why', async () => {
  await queue({ error: 'CHAT_BUSY' })
  world.clock.turn(10)
  await queue({ state: 'claimed' })
  world.clock.turn(290)
  await audit()
  expect((await told())[0]).toMatchObject({ count: '1', oldest: '2026-11-24T02:00:00.000Z', code: 'CHAT_BUSY', chatId: 'g-uni' })
})

it('is told once an hour', async () => {
  await queue()
  world.clock.turn(300)
  for (let i = 0; i < 3; i++) {
    await audit()
    world.clock.turn(60)
  }
  expect(await told()).toHaveLength(1)
  world.clock.turn(3600)

  await audit()

  expect(await told()).toHaveLength(2)
})

it('what waits for its digest is in time until five minutes after that was due', async () => {
  await queue({ state: 'held', heldUntil: '2026-11-25T00:00:00.000Z' })
  world.clock.set('2026-11-25T00:04:59.000Z')
  await audit()
  expect(await told()).toEqual([])
  world.clock.turn(1)

  await audit()

  expect(await told()).toHaveLength(1)
})

it('what was sent, given up, dropped or merged is none of it, nor what another customer waits for', async () => {
  for (const state of ['sent', 'failed', 'expired', 'merged', 'dropped'] as const) await queue({ state })
  await queue({ tenantId: world.hos.id })
  world.clock.turn(3600)

  await audit()

  expect(await told()).toEqual([])
})
