import { beforeEach, expect, it } from 'vitest'
import { openWorld, type World } from '../../tests/support/memory-world.js'
import type { Delivery, DeliveryAttempt } from './delivery.js'
import { DeliveryJournal } from './journal.js'
import { mergeIntoDigest } from './merge.js'
import { newDelivery } from './new-delivery.js'

let world: World
let journal: DeliveryJournal
let n: number
beforeEach(async () => {
  world = await openWorld()
  journal = new DeliveryJournal(world.transactions)
  n = 0
})

const queue = (set: Partial<Delivery> = {}): Promise<Delivery> =>
  world.transactions.run(async tx => {
    const row = {
      ...newDelivery(tx, {
        tenantId: world.uni.id,
        robot: 'main',
        chatId: 'g-uni',
        chatType: 'group',
        kind: 'alert-raised',
        subject: 'IN-uni-261124-001',
        key: `k${++n}`,
        message: { kind: 'markdown', text: `**第 ${n} 条** 主机 \\[web\\]` },
      }),
      ...set,
    }
    await tx.deliveries.insert(row)
    return row
  })
const tried = ({ tenantId, id }: Delivery, outcome: DeliveryAttempt['outcome'], code: string | null = null) =>
  world.transactions.run(tx => tx.attempts.insert({ id: tx.id(), tenantId, deliveryId: id, at: tx.at, outcome, code, facts: { n: 1 } }))
const entries = (query: Partial<Parameters<DeliveryJournal['entries']>[1]> = {}, tenantId = world.uni.id) =>
  journal.entries(tenantId, { limit: 100, ...query })

it('tells of each message what it says, where it went and every try, oldest try first', async () => {
  const row = await queue({ state: 'sent', sentAt: '2026-11-24T02:00:05.000Z', externalId: 'x1' })
  await tried(row, 'failed', 'CHAT_BUSY')
  world.clock.turn(5)
  await tried(row, 'sent')

  expect(await entries()).toEqual([
    {
      id: row.id,
      subject: 'IN-uni-261124-001',
      kind: 'alert-raised',
      road: 'robot',
      chatId: 'g-uni',
      summary: '第 1 条 主机 [web]　IN-uni-261124-001',
      state: 'sent',
      toldIn: null,
      acceptedAt: '2026-11-24T02:00:00.000Z',
      sentAt: '2026-11-24T02:00:05.000Z',
      externalId: 'x1',
      heldUntil: null,
      attempts: [
        { at: '2026-11-24T02:00:00.000Z', outcome: 'failed', code: 'CHAT_BUSY', facts: { n: 1 } },
        { at: '2026-11-24T02:00:05.000Z', outcome: 'sent', code: null, facts: { n: 1 } },
      ],
    },
  ])
})

it('of a merged one points to the digest, and says whether that has arrived', async () => {
  const rows = [await queue(), await queue()]
  await world.transactions.run(tx => mergeIntoDigest(tx, rows, '消息汇总', 6000))

  const before = await entries({ state: 'merged' })
  expect(before.map(entry => entry.toldIn?.state)).toEqual(['queued', 'queued'])
  const [digest] = await entries({ state: 'queued' })
  expect(before.map(entry => entry.toldIn?.id)).toEqual([digest?.id, digest?.id])
  await world.transactions.run(tx =>
    tx.deliveries.update(world.uni.id, { id: digest!.id }, { state: 'sent', sentAt: '2026-11-24T02:10:00.000Z' }),
  )

  const after = await entries({ subject: 'IN-uni-261124-001' })

  expect(after.map(entry => entry.toldIn)).toEqual([
    { id: digest?.id, state: 'sent', sentAt: '2026-11-24T02:10:00.000Z' },
    { id: digest?.id, state: 'sent', sentAt: '2026-11-24T02:10:00.000Z' },
  ])
  expect(after[0]?.attempts.at(-1)).toMatchObject({ outcome: 'merged', facts: { digest: digest?.id } })
})

it('of a digest for a staff room, which belongs to nobody, points there as well', async () => {
  const rows = [await queue({ chatId: 'ops-1' }), await queue({ chatId: 'ops-1', tenantId: world.hos.id })]
  await world.transactions.run(tx => mergeIntoDigest(tx, rows, '消息汇总', 6000))

  expect((await entries())[0]?.toldIn?.state).toBe('queued')
})

it('is newest first, no more than asked for, and by number or state when asked', async () => {
  await queue()
  world.clock.turn(1)
  await queue({ subject: 'DP-uni-261124-001' })
  world.clock.turn(1)
  await queue({ state: 'dropped' })

  expect((await entries()).map(entry => entry.summary[2])).toEqual(['3', '2', '1'])
  expect(await entries({ limit: 2 })).toHaveLength(2)
  expect((await entries({ subject: 'DP-uni-261124-001' })).map(entry => entry.summary[2])).toEqual(['2'])
  expect((await entries({ state: 'dropped' })).map(entry => entry.summary[2])).toEqual(['3'])
  expect(await entries({ subject: "' OR 1=1 --" })).toEqual([])
})

it('of one customer shows nothing of another', async () => {
  const row = await queue({ tenantId: world.hos.id, chatId: 'g-hos' })
  await tried(row, 'sent')

  expect(await entries()).toEqual([])
  expect(await entries({}, world.hos.id)).toHaveLength(1)
})

it('lists the newest fifty tries of one message, so that its end is among them', async () => {
  const row = await queue()
  for (let i = 0; i < 60; i++) await tried(row, 'failed', 'CHAT_BUSY')
  await tried(row, 'sent')

  const [entry] = await entries()

  expect(entry?.attempts).toHaveLength(50)
  expect(entry?.attempts.at(-1)?.outcome).toBe('sent')
})

it('shows a customer nothing of what was said in staff rooms', async () => {
  const world = await openWorld()
  await world.transactions.run(async tx => {
    const room = {
      id: 'room-ops',
      tenantId: 'platform',
      chatId: 'ops-1',
      name: '运营群',
      kind: 'ops',
      form: 'simulated',
      robot: 'main',
      webhook: null,
    } as const
    await tx.groups.insert(room)
    for (const chatId of ['g-uni', 'ops-1', 'liu'])
      await tx.deliveries.insert(
        newDelivery(tx, {
          tenantId: world.uni.id,
          robot: 'main',
          chatId,
          chatType: chatId === 'liu' ? 'single' : 'group',
          kind: 'triage-needed',
          subject: 'IN-uni-261124-001',
          message: { kind: 'markdown', text: `said in ${chatId}` },
          key: `journal:${chatId}`,
        }),
      )
  })
  const journal = new DeliveryJournal(world.transactions)

  const own = await journal.entries(world.uni.id, { subject: 'IN-uni-261124-001', limit: 10 })
  const staff = await journal.entries(world.uni.id, { subject: 'IN-uni-261124-001', limit: 10, withStaffRooms: true })

  expect(own.map(entry => entry.chatId)).toEqual(['g-uni'])
  expect(staff.map(entry => entry.chatId).sort()).toEqual(['g-uni', 'liu', 'ops-1'])
})
