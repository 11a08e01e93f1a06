import { beforeEach, describe, expect, it } from 'vitest'
import { openWorld, type World } from '../../tests/support/memory-world.js'
import type { Delivery } from './delivery.js'
import { isLight, mergeIntoDigest, worthMerging } from './merge.js'
import { newDelivery } from './new-delivery.js'

const AT = '2026-11-24T02:00:00.000Z'
const NOW = Date.parse(AT)
let n = 0
const row = (set: Partial<Delivery> = {}): Delivery => ({
  ...newDelivery(
    { at: AT, id: () => `id-${String(++n).padStart(4, '0')}` },
    {
      tenantId: 'tenant-uni',
      robot: 'main',
      chatId: 'g-uni',
      chatType: 'group',
      kind: 'alert-raised',
      subject: `IN-uni-261124-${n}`,
      key: `k${n}`,
      message: { kind: 'markdown', text: `第 ${n} 条` },
    },
  ),
  ...set,
})
const rows = (count: number, set: Partial<Delivery> = {}) => Array.from({ length: count }, () => row(set))

describe('what is worth merging', () => {
  it('is nothing while people can follow', () => {
    expect(worthMerging(rows(8), NOW)).toEqual([])
  })

  it('is everything light when more than eight wait', () => {
    const light = rows(9)
    const grave = rows(2, { lane: 0 })

    expect(worthMerging([...grave, ...light], NOW)).toEqual(light)
  })

  it('is what has waited for a minute, grave things as well, from the second on', () => {
    const stale = rows(2, { lane: 0, createdAt: '2026-11-24T01:59:00.000Z' })
    const fresh = row()

    expect(worthMerging([...stale, fresh], NOW)).toEqual(stale)
    expect(worthMerging([stale[0]!, fresh], NOW)).toEqual([])
  })

  it.each(['answer', 'update', 'digest', 'approval-requested', 'daily-report-ready', 'working', 'second-road'])(
    'is never %s, however long it waited',
    kind => {
      expect(worthMerging(rows(20, { kind, createdAt: '2026-11-24T01:00:00.000Z' }), NOW)).toEqual([])
    },
  )

  it('is no file, no line that rings, and nothing that may have arrived', () => {
    const file = row({ message: { kind: 'file', file: { name: 'x', base64: '' } } })
    const mention = row({ message: { kind: 'mention', text: 'x', userIds: [] } })
    const tried = row({ attempts: 2 })

    expect([file, mention, tried, row({ lane: 0 })].map(isLight)).toEqual([false, false, false, false])
    expect(isLight(row({ attempts: 1 }))).toBe(true)
  })
})

describe('merging', () => {
  let world: World
  beforeEach(async () => {
    world = await openWorld()
  })
  const merge = (merged: readonly Delivery[], maxBytes = 6000) =>
    world.transactions.run(tx => mergeIntoDigest(tx, merged, '消息汇总', maxBytes))
  const kept = async (given: readonly Delivery[]): Promise<readonly Delivery[]> => {
    await world.transactions.run(tx => tx.deliveries.insertMany(given))
    return given
  }
  const all = () => world.transactions.read(t => t.deliveries.acrossTenantsFind({}, { order: { id: 'asc' } }))

  it('puts one row in the place of all, which keep theirs and say where they were told', async () => {
    const merged = await kept([row(), row({ lane: 0 }), row({ state: 'held', heldUntil: AT })])

    expect(await merge(merged)).toBe(true)

    const digest = (await all()).find(item => item.kind === 'digest')
    expect(digest).toMatchObject({ tenantId: 'tenant-uni', chatId: 'g-uni', robot: 'main', road: 'robot', state: 'queued', lane: 0 })
    for (const item of merged) {
      expect((await all()).find(({ id }) => id === item.id)).toMatchObject({ state: 'merged', mergedInto: digest?.id, heldUntil: null })
      const journal = await world.transactions.read(t => t.attempts.find('tenant-uni', { deliveryId: item.id }))
      expect(journal).toMatchObject([{ outcome: 'merged', facts: { digest: digest?.id } }])
    }
    const text = digest?.message.kind === 'markdown' ? digest.message.text : ''
    // Critical first.
    expect(text.indexOf(merged[1]!.subject)).toBeLessThan(text.indexOf(merged[0]!.subject))
  })

  it('of several customers in a staff room belongs to none of them', async () => {
    const merged = await kept([row({ chatId: 'ops-1' }), row({ chatId: 'ops-1', tenantId: 'tenant-hos' })])

    await merge(merged)

    expect((await all()).find(item => item.kind === 'digest')?.tenantId).toBe('platform')
  })

  it('of more than the road takes sends the whole list after it', async () => {
    const merged = await kept(rows(100))

    await merge(merged, 2000)

    const added = (await all()).filter(item => item.kind === 'digest')
    expect(added.map(item => item.message.kind).sort()).toEqual(['file', 'markdown'])
    const file = added.find(item => item.message.kind === 'file')?.message
    const list = Buffer.from(file?.kind === 'file' ? file.file.base64 : '', 'base64').toString('utf8')
    for (const item of merged) expect(list).toContain(item.subject)
  })

  it('that another process has done is left alone', async () => {
    const merged = await kept(rows(3))
    await merge(merged)

    expect(await merge(merged)).toBe(false)

    expect((await all()).filter(item => item.kind === 'digest')).toHaveLength(1)
  })

  it('of which one has just left is undone as a whole', async () => {
    const merged = await kept(rows(3))
    await world.transactions.run(tx => tx.deliveries.update('tenant-uni', { id: merged[1]!.id }, { state: 'claimed' }))

    await expect(merge(merged)).rejects.toThrow('has changed')

    expect((await all()).map(item => item.state)).toEqual(['queued', 'claimed', 'queued'])
  })

  it('of nothing is nothing', async () => {
    expect(await merge([])).toBe(false)
  })
})
