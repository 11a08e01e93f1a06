import { beforeEach, expect, it } from 'vitest'
import { openWorld, type World } from '../../tests/support/memory-world.js'
import { silentLogger, type Logger } from '../ports/logger.js'
import type { Delivery } from './delivery.js'
import { DigestMaker } from './held-digest.js'
import { newDelivery } from './new-delivery.js'

let world: World
let digests: DigestMaker
let n: number
beforeEach(async () => {
  world = await openWorld()
  digests = new DigestMaker({ ...world, logger: silentLogger })
  n = 0
})

const held = (until: string, set: Partial<Delivery> = {}): Promise<Delivery> =>
  world.transactions.run(async tx => {
    const row = {
      ...newDelivery(tx, {
        tenantId: world.uni.id,
        robot: 'main',
        chatId: 'g-uni',
        chatType: 'group',
        kind: 'alert-raised',
        level: 'P3',
        subject: `IN-uni-261124-${String(++n).padStart(3, '0')}`,
        key: `k${n}`,
        state: 'held',
        heldUntil: until,
        heldWhy: 'hour-budget',
        message: { kind: 'markdown', text: `第 ${n} 条告警` },
      }),
      ...set,
    }
    await tx.deliveries.insert(row)
    return row
  })
const made = () => world.transactions.read(t => t.deliveries.acrossTenantsFind({ kind: 'digest' }, { order: { id: 'asc' } }))
const texts = async () => (await made()).map(({ message }) => (message.kind === 'markdown' ? message.text : message.kind))

it('is made when its time has come, not before, and names everything', async () => {
  for (let i = 0; i < 3; i++) await held('2026-11-24T02:05:00.000Z')
  world.clock.turn(299)
  expect(await digests.runDue()).toBe(0)
  world.clock.turn(1)

  expect(await digests.runDue()).toBe(1)

  const [text] = await texts()
  expect(text).toContain('**【消息汇总】共 3 条**')
  for (let i = 1; i <= 3; i++) expect(text).toContain(`IN-uni-261124-00${i}`)
  expect(await made()).toMatchObject([{ state: 'queued', level: null, tenantId: world.uni.id, chatId: 'g-uni', lane: 1 }])
  expect(await digests.runDue()).toBe(0)
})

it('takes along what would only be due later, and is one for each group', async () => {
  await held('2026-11-24T02:05:00.000Z')
  await held('2026-11-25T00:00:00.000Z', { heldWhy: 'low-level' })
  await held('2026-11-24T02:05:00.000Z', { chatId: 'g-uni-2' })
  await held('2026-11-25T00:00:00.000Z', { tenantId: world.hos.id, chatId: 'g-hos' })
  world.clock.turn(300)

  expect(await digests.runDue()).toBe(2)

  const [first, second] = await texts()
  expect(first).toContain('共 2 条')
  expect(second).toContain('共 1 条')
  const waiting = await world.transactions.read(t => t.deliveries.acrossTenantsFind({ state: 'held' }))
  expect(waiting.map(row => row.chatId)).toEqual(['g-hos'])
})

it.each([
  [['quiet-hours', 'hour-budget'], '静默时段汇总'],
  [['low-level', 'low-level'], '低级别汇总'],
  [['low-level', 'day-budget'], '消息汇总'],
])('of %j is called %s', async (reasons, title) => {
  for (const heldWhy of reasons) await held('2026-11-24T02:00:00.000Z', { heldWhy })

  await digests.runDue()

  expect((await texts())[0]).toContain(`【${title}】`)
})

it('is made once by two processes at the same moment, and neither complains', async () => {
  const complaints: string[] = []
  const logger: Logger = { ...silentLogger, error: (_, message) => complaints.push(message) }
  for (let i = 0; i < 5; i++) await held('2026-11-24T02:00:00.000Z')
  const both = [new DigestMaker({ ...world, logger }), new DigestMaker({ ...world, logger })]

  const counts = await Promise.all(both.map(maker => maker.runDue()))

  expect(counts.reduce((a, b) => a + b)).toBe(1)
  expect(await made()).toHaveLength(1)
  expect(complaints).toEqual([])
})

it('that cannot be made for one group is made for the others', async () => {
  const row = await held('2026-11-24T02:00:00.000Z')
  await held('2026-11-24T02:00:00.000Z', { chatId: 'g-uni-2' })
  // A row with the key the digest would have.
  await held('2026-11-25T02:00:00.000Z', { key: `digest:${row.id}`, chatId: 'elsewhere', state: 'sent' })

  expect(await digests.runDue()).toBe(1)

  expect((await made()).map(item => item.chatId)).toEqual(['g-uni-2'])
  expect((await world.transactions.read(t => t.deliveries.get(world.uni.id, row.id)))?.state).toBe('held')
})
