// The commands of patrols as people use them.
import { expect, it } from 'vitest'
import { openBotWorld } from '../../tests/support/bot-world.js'

async function world() {
  const w = await openBotWorld()
  await w.transactions.run(tx =>
    tx.letters.insert({
      id: 'l1',
      tenantId: w.uni.id,
      number: 'AU-uni-1',
      targets: ['10.20.0.0/24'],
      exclude: ['10.20.0.9'],
      validFrom: '2026-01-01T00:00:00.000Z',
      validTo: '2026-12-31T00:00:00.000Z',
      window: null,
      kinds: ['discovery', 'vulnerability'],
    }),
  )
  return w
}

it('staff order, the plan is told, anyone stops', async () => {
  const w = await world()

  expect(await w.asks('zhang', '巡检 资产 10.20.0.0/28 uni', { in: 'ops-1' })).toMatch(/PT-uni-261124-001.*资产测绘，13 台主机/)
  expect(await w.asks('xu', '扫完了吗')).toContain('PT-uni-261124-001 资产测绘：已排期')
  expect(await w.asks('xu', '系统卡，别扫了')).toContain('PT-uni-261124-001')
  expect(await w.asks('xu', '扫描进度')).toContain('已停止')
  expect(await w.asks('xu', '停扫')).toContain('没有正在进行')
})

it('a customer asks, nothing is scanned', async () => {
  const w = await world()

  expect(await w.asks('zhou', '巡检 漏洞 10.20.0.0/28')).toContain('已转给')
  expect(await w.transactions.read(t => t.patrolRuns.find(w.uni.id, {}))).toEqual([])
  expect(await w.announced()).toContain('request-passed-on')
})

it('what the letter does not name is refused by name, and no range is guessed', async () => {
  const w = await world()

  expect(await w.asks('zhang', '巡检 漏洞 10.21.0.0/24 uni', { in: 'ops-1' })).toContain('没有授权书')
  expect(await w.asks('zhang', '巡检 弱口令 10.20.0.1 uni', { in: 'ops-1' })).toContain('没有授权书同意')
  expect(await w.asks('zhang', '巡检 服务器区 uni', { in: 'ops-1' })).toContain('要扫哪里')
  expect(await w.asks('zhang', '巡检 资产 全部 uni', { in: 'ops-1' })).toContain('253 台主机')
})

it('a strategy is shown, put into force, changed, compared and taken back', async () => {
  const w = await world()
  const ops = (text: string) => w.asks('zhang', `${text} uni`, { in: 'ops-1' })

  expect(await w.asks('chen', '策略')).toContain('尚未启用')
  expect(await ops('策略 启用')).toContain('已启用')
  expect(await ops('策略 漏洞 每14天 22:00-05:00')).toContain('每 30 天，22:00-06:00')
  expect(await ops('策略 历史')).toContain('第 2 版')
  expect(await ops('策略 回滚 1')).toContain('每 14 天')
  expect(await w.asks('zhou', '策略 周末也要巡检')).toContain('已转给')
})

it('engines are told with version and rights', async () => {
  const w = await world()
  expect(await w.asks('zhang', '引擎状态', { in: 'ops-1' })).toContain('可用')
})
