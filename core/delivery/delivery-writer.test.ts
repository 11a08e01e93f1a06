import { beforeEach, expect, it } from 'vitest'
import { openWorld, type World } from '../../tests/support/memory-world.js'
import { AppError } from '../errors.js'
import type { Transactions } from '../ports/transaction.js'
import type { Delivery } from './delivery.js'
import { newDelivery } from './new-delivery.js'
import { DeliveryWriter, type Outcome } from './delivery-writer.js'

let world: World
beforeEach(async () => {
  world = await openWorld()
})

async function claimed(count: number): Promise<Delivery[]> {
  return world.transactions.run(async tx => {
    const rows = Array.from({ length: count }, (_, n) => ({
      ...newDelivery(tx, {
        tenantId: n % 2 === 0 ? world.uni.id : world.hos.id,
        robot: 'main',
        chatId: 'g',
        chatType: 'group',
        kind: 'alert-raised',
        subject: '',
        key: `k${n}`,
        message: { kind: 'markdown', text: `${n}` },
      }),
      state: 'claimed' as const,
    }))
    await tx.deliveries.insertMany(rows)
    return rows
  })
}
const sent = (delivery: Delivery, set: Outcome['set'] = { state: 'sent' }): Outcome => ({
  delivery,
  set,
  attempt: {
    id: world.ids.next(),
    tenantId: delivery.tenantId,
    deliveryId: delivery.id,
    at: '2026-11-24T02:00:00.000Z',
    outcome: 'sent',
    code: null,
    facts: {},
  },
})
/** Counts the transactions, and lets them fail when told. */
function counting(): { transactions: Transactions; runs: () => number; break(now: boolean): void } {
  let runs = 0
  let broken = false
  const transactions: Transactions = {
    ...world.transactions,
    run: work => (runs++, broken ? Promise.reject(new AppError('DATABASE_UNREACHABLE')) : world.transactions.run(work)),
  }
  return { transactions, runs: () => runs, break: now => (broken = now) }
}
const stateOf = async ({ tenantId, id }: Delivery) => (await world.transactions.read(t => t.deliveries.get(tenantId, id)))?.state

it('many outcomes that come together are one transaction, each with its row in the journal', async () => {
  const rows = await claimed(40)
  const { transactions, runs } = counting()
  const batch = new DeliveryWriter(transactions)

  await Promise.all(rows.map(row => batch.settle(sent(row))))

  expect(runs()).toBe(1)
  for (const row of rows) {
    expect(await stateOf(row)).toBe('sent')
    expect(await world.transactions.read(t => t.attempts.count(row.tenantId, { deliveryId: row.id }))).toBe(1)
  }
})

it('outcomes that differ keep their difference', async () => {
  const [one, two, three] = await claimed(3)
  const batch = new DeliveryWriter(world.transactions)

  await Promise.all([
    batch.settle(sent(one!, { state: 'sent', externalId: 'a' })),
    batch.settle(sent(two!, { state: 'sent', externalId: 'b' })),
    batch.settle(sent(three!, { state: 'failed', error: 'CHAT_REFUSED' })),
  ])

  const rows = await world.transactions.read(t => t.deliveries.acrossTenantsFind({}, { order: { id: 'asc' } }))
  expect(rows.map(({ state, externalId, error }) => [state, externalId, error])).toEqual([
    ['sent', 'a', null],
    ['sent', 'b', null],
    ['failed', null, 'CHAT_REFUSED'],
  ])
})

it('a failure is told to everybody it concerns, and the next one works', async () => {
  const rows = await claimed(3)
  const { transactions, break: breakIt } = counting()
  const batch = new DeliveryWriter(transactions)
  breakIt(true)

  const lost = await Promise.allSettled(rows.slice(0, 2).map(row => batch.settle(sent(row))))
  breakIt(false)
  await batch.settle(sent(rows[2]!))

  expect(lost.map(item => item.status)).toEqual(['rejected', 'rejected'])
  expect(await Promise.all(rows.map(stateOf))).toEqual(['claimed', 'claimed', 'sent'])
})

it('who comes while one is being written goes with the next, and nobody is forgotten', async () => {
  const rows = await claimed(700)
  const { transactions, runs } = counting()
  const batch = new DeliveryWriter(transactions)

  const first = batch.settle(sent(rows[0]!))
  await new Promise<void>(resolve => setImmediate(resolve))
  await Promise.all([first, ...rows.slice(1).map(row => batch.settle(sent(row)))])

  expect(runs()).toBeLessThanOrEqual(4)
  expect(await world.transactions.read(t => t.deliveries.acrossTenantsFind({ state: 'claimed' }))).toEqual([])
})
