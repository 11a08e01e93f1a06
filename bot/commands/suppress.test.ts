import { beforeEach, expect, it } from 'vitest'
import { openBotWorld, type BotWorld } from '../../tests/support/bot-world.js'

let world: BotWorld
beforeEach(async () => {
  world = await openBotWorld()
})
const ops = { in: 'ops-1' }

it('an analyst proposes in the ops room, the customer’s approver confirms in the group', async () => {
  expect(await world.asks('zhang', '抑制 203.0.113.7 30天 我们自己的漏扫 uni', ops)).toContain('还要第二人确认')
  expect(await world.asks('li', '抑制 203.0.113.7')).toContain('已生效')

  const list = await world.asks('chen', '抑制清单')
  expect(list).toContain('203.0.113.7 不再告警')
  expect(list).toContain('我们自己的漏扫')

  expect(await world.asks('li', '取消抑制 203.0.113.7')).toContain('已取消')
  expect(await world.asks('chen', '抑制清单')).toContain('没有抑制')
})

it('the first word of the reason says what it is', async () => {
  expect(await world.asks('wang', '抑制 203.0.113.7 2天 演练 攻防演练红队 uni', ops)).toContain('已授权演练')
})

it('needs a reason and at most ninety days', async () => {
  expect(await world.asks('wang', '抑制 203.0.113.7 uni', ops)).toContain('理由')
  expect(await world.asks('wang', '抑制 203.0.113.7 120天 一直误报 uni', ops)).toContain('最长 90 天')
})

it('is no business of the customer’s operator', async () => {
  expect(await world.asks('zhou', '抑制 203.0.113.7 3天 误报太多')).toContain('需要')
})

it('the queue names the graver first and every one of them', async () => {
  await world.incident({ state: 'new', priority: 'P3' })
  await world.incident({ state: 'triaging', priority: 'P1' })

  const text = await world.asks('zhang', '待研判', ops)

  expect(text).toContain('待研判 2 件')
  expect(text.indexOf('P1')).toBeLessThan(text.indexOf('P3'))
})

it('the card of the model is for staff', async () => {
  expect(await world.asks('zhang', '模型', ops)).toMatch(/排序模型.*全部单位共用[\s\S]*不隐藏/)
  expect(await world.asks('li', '模型')).not.toContain('排序模型')
  expect(await world.asks('wang', '回退模型 3', ops)).toContain('版本 3')
})
