// A person sends the bot a file: kept with an audit row when it is one of the kinds, refused with one sentence when not, pointed elsewhere in a group.
import { beforeEach, expect, it } from 'vitest'
import { openBotWorld, textOf, type BotWorld } from '../../tests/support/bot-world.js'

let world: BotWorld
let n = 0
beforeEach(async () => {
  world = await openBotWorld()
})

async function sends(name: string, bytes: Buffer | undefined, chatId = 'li'): Promise<string> {
  const before = await world.deliveries()
  const fetch = bytes && (() => Promise.resolve({ name, bytes }))
  await world.runtime.onMessage({
    robot: 'main',
    messageId: `file-${++n}`,
    chatId,
    chatType: chatId === 'li' ? 'single' : 'group',
    userId: 'li',
    text: '',
    replyTo: 'h',
    file: { kind: 'file', ...(fetch ? { fetch } : {}) },
  })
  return textOf((await world.deliveries()).find(row => !before.some(old => old.id === row.id)))
}
const kept = () => world.transactions.read(t => t.uploads.find(world.uni.id, {}))

it('is kept for a week with its hash, and audited', async () => {
  const bytes = Buffer.from('名称,地址\nOA,10.0.0.1\n')

  expect(await sends('../资产.csv', bytes)).toContain('已收到“资产.csv”（text')

  const [upload] = await kept()
  expect(upload).toMatchObject({ userId: 'li', name: '资产.csv', kind: 'text', size: bytes.length })
  expect(await world.core.uploads.bytes(upload!)).toEqual(bytes)
  const trail = await world.transactions.read(t => t.auditRecords.find(world.uni.id, { action: 'file.received' }))
  expect(trail).toMatchObject([{ actor: 'li', details: { sha256: upload!.sha256 } }])
  await world.core.uploads.removeExpired(world.uni.id, Date.parse(upload!.expiresAt) + 1)
  await expect(world.core.uploads.bytes(upload!)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

it('is refused when its content is not what its name says, and nothing is kept', async () => {
  expect(await sends('资产.xlsx', Buffer.from('%PDF-1.7 pretending'))).toContain('后缀对不上')
  expect(await kept()).toEqual([])
})

it('sent in a group gets the hint to send it alone', async () => {
  expect(await sends('a.csv', Buffer.from('a,b\n'), 'g-uni')).toContain('请单独发给我')
  expect(await kept()).toEqual([])
})

it('is asked for again when a restart lost its address', async () => {
  expect(await sends('a.csv', undefined)).toContain('请重新发送')
})

it('does not come without end', async () => {
  for (let i = 0; i < 20; i++) await sends(`a${i}.csv`, Buffer.from(`a,${i}\n`))

  expect(await sends('b.csv', Buffer.from('a,b\n'))).toContain('一小时内最多 20 个')
})
