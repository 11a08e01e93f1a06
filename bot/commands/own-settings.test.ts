// What people say about how they want to be told, in their own words, alone with the bot and in the group.
import { beforeEach, expect, it } from 'vitest'
import { openBotWorld, type BotWorld } from '../../tests/support/bot-world.js'

let world: BotWorld
beforeEach(async () => {
  world = await openBotWorld()
})
const own = (userId: string) => world.core.preferences.ofPerson({ tenantId: world.uni.id, userId })
const ofGroup = () => world.core.preferences.of(world.uni, 'g-uni')

it('“扫描类别发了” is 不看: in the group for the group, alone for oneself', async () => {
  expect(await world.asks('li', '扫描类别发了')).toContain('本群不再推送“扫描探测”')
  expect((await ofGroup()).muted).toEqual(['scan_probe'])
  expect((await own('li')).muted).toEqual([])

  expect(await world.asks('zhou', '扫描类别发了', { in: 'zhou' })).toContain('您个人不再推送“扫描探测”')
  expect((await own('zhou')).muted).toEqual(['scan_probe'])
})

it.each(['晚上别打我', '夜里别打我', '晚上就别吵我了'])('“%s” is about the one who says it, in a group too', async sentence => {
  expect(await world.asks('li', sentence)).toContain('22:00 到 08:00 不单独找您')

  expect((await own('li')).quiet).toBe('22:00-08:00')
  expect((await own('chen')).quiet).toBeNull()
  expect(await world.asks('li', '晚上别打我 关')).toContain('已取消')
  expect((await own('li')).quiet).toBeNull()
})

it('“只看高危” and “发邮件给我” are kept, and shown', async () => {
  await world.asks('li', '只看高危', { in: 'li' })
  await world.asks('li', '发邮件给我', { in: 'li' })
  await world.asks('li', '免打扰 23-7', { in: 'li' })

  expect(await own('li')).toMatchObject({ atLeast: 'P2', channel: 'mail', quiet: '23:00-07:00' })
  expect(await world.asks('li', '我的设置', { in: 'li' })).toContain('走邮件，P2 及以上，免打扰 23:00-07:00')
  expect(await world.asks('li', '我的设置')).toContain('**本群**')
  expect((await ofGroup()).quiet).toBe('22:00-08:00')
})

it('what is no level is asked for again', async () => {
  expect(await world.asks('li', '只看 花')).toContain('级别')
})
