import { beforeEach, describe, expect, it } from 'vitest'
import { openBotWorld, textOf, type BotWorld } from '../../tests/support/bot-world.js'
import { noContent } from '../../core/reports/report.js'

let world: BotWorld
beforeEach(async () => {
  world = await openBotWorld()
})
const files = async (userId: string, text: string, room?: string) =>
  (await world.says(userId, text, room === undefined ? {} : { in: room })).map(row =>
    row.message.kind === 'file' ? row.message.file.name : '',
  )

describe('a report asked for in the group', () => {
  it.each([
    ['周报', '示例大学 安全周报 2026-W47.pdf'],
    ['月报 10月', '示例大学 安全月报 2026-10.pdf'],
    ['季报', '示例大学 安全季报 2026-Q3.pdf'],
    ['三季度的报告', '示例大学 安全季报 2026-Q3.pdf'],
    ['年报', '示例大学 安全年报 2025.pdf'],
    ['生成报告 漏洞 上周', '示例大学 脆弱性情况报告 2026-W47.pdf'],
    ['给领导看的一页纸', '示例大学 安全情况一页纸 2026-11-17..2026-11-23.pdf'],
    ['周报 导出 docx', '示例大学 安全周报 2026-W47.docx'],
    ['日报', '示例大学 安全日报 2026-11-24.html'],
  ])('%s brings its summary and %s', async (text, name) => {
    expect(await files('zhou', text)).toContain(name)
  })

  it('has at most twelve lines, and says that nobody reviewed it yet', async () => {
    const text = await world.asks('zhou', '周报')

    expect(text.split('\n').length).toBeLessThanOrEqual(12)
    expect(text).toContain('自动生成，尚未经专家审定。')
  })

  it('of one machine counts that machine only', async () => {
    await world.incident({ set: { victim: { ip: '10.20.9.9' }, createdAt: '2026-11-18T02:00:00.000Z' } })
    await world.incident({ set: { createdAt: '2026-11-18T02:00:00.000Z' } })

    expect(await world.asks('zhou', '周报 10.20.9.9')).toContain('事件 1')
    expect(await world.asks('zhou', '周报')).toContain('事件 2')
  })

  it('of another customer’s incident is refused', async () => {
    const { incident } = await world.incident({ tenant: world.hos })

    expect(await world.asks('zhou', `生成报告 ${incident.number}`)).toContain('不属于本群的单位')
  })

  it('of an unknown format is refused', async () => {
    expect(await world.asks('zhou', '周报 导出 csv')).toContain('暂不支持')
  })
})

describe('what happened last night', () => {
  it('is answered from the report of that day', async () => {
    await world.incident({ set: { title: '半夜的事', createdAt: '2026-11-23T14:00:00.000Z', lastAt: '2026-11-23T14:00:00.000Z' } })

    expect(await world.asks('zhou', '昨晚发生了什么')).toContain('半夜的事')
  })
})

describe('a figure', () => {
  it('is told with its definition and what is behind it', async () => {
    const { incident } = await world.incident({ state: 'closed', ticket: { closedAt: '2026-11-24T01:00:00.000Z' } })

    const text = await world.asks('zhou', '指标 闭环数')

    expect(text).toContain('**闭环数**：1 起')
    expect(text).toContain('口径：')
    expect(text).toContain(incident.number)
  })

  it('is found by a question, and what there is is listed', async () => {
    expect(await world.asks('zhou', '平均多久处理完')).toContain('**MTTR**')
    expect(await world.asks('zhou', '指标')).toContain('闭环率')
    expect(await world.asks('zhou', '指标 暴露面')).toContain('未测')
  })
})

describe('the score', () => {
  it('names what takes points off and what is not measured', async () => {
    await world.incident({ priority: 'P1', state: 'confirmed' })
    world.clock.turn(60)

    const text = await world.asks('zhou', '怎么才 64 分')

    expect(text).toMatch(/安全评分 8\d/)
    expect(text).toContain('1. 未闭环事件 −13.8，整改后约 +13.8')
    expect(text).toContain('尚未测量')
  })
})

describe('a report on its way to the customer', () => {
  const drafted = async () => {
    const report = await world.core.reports.make(world.uni, { kind: 'weekly', period: '2026-W47' })
    return report.number
  }
  const ops = (userId: string, text: string) => world.asks(userId, text, { in: 'ops-1' })

  it('is checked, advised, approved and sent, each by whom it belongs to', async () => {
    const number = await drafted()

    expect(await ops('liu', `审报告 ${number} 校数`)).toContain('分析师')
    expect(await ops('zhang', `发送报告 ${number}`)).toContain('不能发送')
    expect(await ops('zhang', `审报告 ${number} 校数`)).toContain('已校数')
    expect(await ops('zhang', `审报告 ${number} 建议：关 3389；李工；11-30；+3`)).toContain('高级专家')
    const advised = await ops('wang', `审报告 ${number} 建议：关 3389；李工；11-30；+3`)
    const second = /RP-[\w-]+/.exec(advised)?.[0] ?? ''
    expect(second).not.toBe(number)
    expect(await ops('liu', `审报告 ${second} 审定`)).toContain('已审定')
    expect(await ops('liu', `发送报告 ${second}`)).toContain('已发往客户群')

    const sent = (await world.announce()).filter(row => row.chatId === 'g-uni')
    expect(sent.map(row => row.message.kind)).toEqual(['markdown', 'file'])
    expect(textOf(sent[1])).toBe('示例大学 安全周报 2026-W47.pdf')
    expect(await world.audited()).toEqual(expect.arrayContaining(['report.moved', 'report.sent']))
  })

  it('with an odd figure waits for an explanation', async () => {
    const daily = await world.core.reports.daily(world.uni, '2026-11-23')
    const content = { ...noContent, oddities: [{ what: '告警数', why: '本期 90，是上期 10 的 3 倍以上' }] }
    await world.transactions.run(tx => tx.reports.update(world.uni.id, { id: daily.id }, { content }))

    expect(await world.core.reportReview.sendUnlessOdd(world.uni.id, daily.id)).toBe(false)
    expect(textOf((await world.announce()).find(row => row.chatId === 'ops-1'))).toContain('告警数')
    expect(await ops('zhang', `发送报告 ${daily.number}`)).toContain('不能发送')
    expect(await ops('zhang', `审报告 ${daily.number} 说明：开学登录量上升`)).toContain('已记录异常说明')
    expect(await ops('zhang', `发送报告 ${daily.number}`)).toContain('已发往客户群')
  })

  it('is no business of the customer’s', async () => {
    expect(await world.asks('chen', `发送报告 ${await drafted()}`)).toContain('需要')
  })
})

describe('a new version', () => {
  it('says what changed', async () => {
    await world.core.reports.make(world.uni, { kind: 'weekly', period: '2026-W47' })
    await world.incident({ set: { createdAt: '2026-11-18T02:00:00.000Z' } })

    const text = await world.asks('zhang', '生成报告 示例大学 周报 2026-11-18', { in: 'ops-1' })

    expect(text).toContain('第 2 版')
    expect(text).toContain('事件 0 → 1')
  })
})
