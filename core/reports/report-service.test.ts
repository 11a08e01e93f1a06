import { beforeEach, describe, expect, it } from 'vitest'
import { openWorld, type World } from '../../tests/support/memory-world.js'
import type { Disposal } from '../disposal/disposal.js'
import { DisposalService } from '../disposal/disposal-service.js'
import { isAppError } from '../errors.js'
import { makeAlertFlow } from '../threats/alert-flow.js'
import type { Hit } from '../threats/hit.js'
import type { Report } from './report.js'
import { ReportService } from './report-service.js'
import { reportHtml, reportSummary } from './report-text.js'

let world: World
let service: ReportService
beforeEach(async () => {
  world = await openWorld()
  service = new ReportService({ transactions: world.transactions, clock: world.clock })
})

const section = (report: Report, title: string) => report.markdown.split('\n\n## ').find(part => part.includes(`、${title}`))
const inUni = (work: (tx: Parameters<Parameters<World['transactions']['run']>[0]>[0]) => Promise<unknown>) => world.transactions.run(work)

async function alertAt(
  at: string,
  { severity = 'high', victim = '10.20.1.5' }: { severity?: Hit['severity']; victim?: string } = {},
): Promise<void> {
  const before = world.clock.now()
  world.clock.set(at)
  const hit: Hit = {
    modelId: 'sigma-rule',
    ruleId: 'r1',
    title: 'SQL injection',
    eventType: 'web_exploit',
    severity,
    attackResult: 'failed',
    at,
    victim: { ip: victim },
    attacker: { ip: '203.0.113.7' },
    count: 1,
    attack: [],
    reason: '命中规则',
    evidence: [],
    strength: 1,
  }
  await makeAlertFlow({ transactions: world.transactions }).raise(world.uni, [hit])
  world.clock.set(new Date(before).toISOString())
}
async function disposed(set: Partial<Disposal>): Promise<Disposal> {
  const { disposal } = await new DisposalService(world.transactions).proposeBlock(world.actor('zhang'), {
    tenantId: world.uni.id,
    ip: '203.0.113.7',
    seconds: 3600,
  })
  if (Object.keys(set).length > 0) await inUni(tx => tx.disposals.update(world.uni.id, { id: disposal.id }, set))
  return disposal
}

describe('an empty day', () => {
  it('says so in sentences of its own, with every figure zero', async () => {
    const report = await service.daily(world.uni, '2026-11-23')

    expect(section(report, '概览')).toContain('没有新告警，没有未闭环事件。')
    expect(section(report, '需要您做的事')).toContain('无需您操作。')
    expect(section(report, '重点事件')).toContain('没有。')
    expect(section(report, '接下来的安排')).toContain('持续监测，没有排期的操作。')
    expect(section(report, '值守信息')).toContain('分析师 张工')
    expect(report.markdown).not.toContain('undefined')
    expect(new Set(Object.values(report.figures))).toEqual(new Set([0]))
  })

  it('is not one on which something was closed, excluded, blocked or lifted', async () => {
    await world.incident({ state: 'closed', ticket: { closedAt: '2026-11-24T01:00:00.000Z' } })

    const report = await service.daily(world.uni, '2026-11-24')

    expect(section(report, '概览')).toContain('闭环 1｜排除 0｜未闭环 0')
  })
})

describe('the figures', () => {
  it('count what happened on the day, and only that', async () => {
    await alertAt('2026-11-23T15:59:59.999Z', { victim: '10.20.1.1' })
    await alertAt('2026-11-23T16:00:00.000Z', { victim: '10.20.1.2' })
    await alertAt('2026-11-24T15:59:59.999Z', { victim: '10.20.1.3', severity: 'low' })
    await alertAt('2026-11-24T16:00:00.000Z', { victim: '10.20.1.4' })
    await world.incident({
      state: 'closed',
      ticket: { closedAt: '2026-11-24T03:00:00.000Z' },
      set: { createdAt: '2026-11-20T00:00:00.000Z' },
    })
    await world.incident({
      state: 'false_positive',
      ticket: { closedAt: '2026-11-24T04:00:00.000Z' },
      set: { createdAt: '2026-11-20T00:00:00.000Z' },
    })
    await disposed({ state: 'released', executedAt: '2026-11-24T05:00:00.000Z', releasedAt: '2026-11-24T06:00:00.000Z', nextTryAt: null })
    world.clock.set('2026-11-26T00:00:00.000Z')

    const { figures, markdown } = await service.daily(world.uni, '2026-11-24')

    expect(figures).toMatchObject({ hits: 2, alerts: 2, incidents: 2, closed: 1, excluded: 1, blocks: 1, lifted: 1, waiting: 0 })
    expect(markdown).toContain('命中 2 → 告警 2 → 事件 2（高危 1、低危 1）')
    expect(markdown).toContain('封禁 1｜解除 1')
  })

  it('are of one customer', async () => {
    await alertAt('2026-11-24T01:00:00.000Z')

    expect((await service.daily(world.hos, '2026-11-24')).figures).toMatchObject({ alerts: 0, incidents: 0, open: 0 })
  })

  it('show what waits for the customer, and until when in his time', async () => {
    const { number } = await disposed({})

    const report = await service.daily(world.uni, '2026-11-24')

    expect(report.figures).toMatchObject({ waiting: 1 })
    expect(section(report, '需要您做的事')).toContain(`1. 确认是否封禁 203.0.113.7（${number}，10:30 前有效）`)
  })

  it('of the state are those of the present day', async () => {
    await alertAt('2026-11-23T15:00:00.000Z', { victim: '10.20.1.1' })
    await alertAt('2026-11-24T01:00:00.000Z', { victim: '10.20.1.2' })
    await disposed({})

    expect(await service.status(world.uni)).toMatchObject({
      hits: 1,
      alerts: 1,
      incidents: 1,
      open: 2,
      newest: 'IN-uni-261124-001',
      waiting: 1,
      blocked: 0,
      lastEventAt: null,
    })
  })
})

describe('a day', () => {
  it('is one of the customer’s own zone', async () => {
    const newYork = await world.change(world.uni, { timeZone: 'America/New_York' })
    world.clock.set('2026-11-24T04:30:00.000Z')

    expect([service.today(newYork), service.yesterday(newYork)]).toEqual(['2026-11-23', '2026-11-22'])
    expect(service.period(newYork, '2026-11-23')).toEqual({
      key: '2026-11-23',
      firstDay: '2026-11-23',
      lastDay: '2026-11-23',
      from: '2026-11-23T05:00:00.000Z',
      to: '2026-11-24T05:00:00.000Z',
      complete: false,
    })
    expect([service.today(world.hos), service.yesterday(world.hos)]).toEqual(['2026-11-24', '2026-11-23'])
  })

  it.each([
    ['America/New_York', '2026-03-08', '2026-03-08T05:00:00.000Z', '2026-03-09T04:00:00.000Z'],
    ['America/New_York', '2026-11-01', '2026-11-01T04:00:00.000Z', '2026-11-02T05:00:00.000Z'],
    ['Asia/Kathmandu', '2026-11-23', '2026-11-22T18:15:00.000Z', '2026-11-23T18:15:00.000Z'],
    ['Asia/Shanghai', '2024-02-29', '2024-02-28T16:00:00.000Z', '2024-02-29T16:00:00.000Z'],
  ])('in %s, %s, lasts from midnight to midnight, also when the clocks change', (timeZone, day, from, to) => {
    expect(service.period({ ...world.uni, timeZone }, day)).toMatchObject({ from, to, complete: true })
  })

  it('has the next one begin where it ends', () => {
    const tenant = { ...world.uni, timeZone: 'Europe/Berlin' }
    for (let day = Date.parse('2026-01-01'), end = ''; day < Date.parse('2026-11-20'); day += 86_400_000) {
      const period = service.period(tenant, new Date(day).toISOString().slice(0, 10))
      if (end) expect(period.from).toBe(end)
      end = period.to
    }
  })

  it.each(['2026-11-25', '2027-01-01', '9999-12-31'])('in the future is refused: %s', async day => {
    await expect(service.daily(world.uni, day)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
  })

  it.each([
    '',
    'x',
    '昨天',
    '2026-02-30',
    '2026-13-01',
    '2026-00-10',
    '26-11-23',
    '2026-11-23T00:00',
    ' 2026-11-23',
    '２０２６-11-23',
    '9'.repeat(5000),
  ])('that is none is refused: %s', day => {
    expect(() => service.period(world.uni, day)).toThrow(expect.toSatisfy(error => isAppError(error, 'ARGUMENT_INVALID')))
  })
})

describe('a report', () => {
  it('of the present day is made anew, has no number and is not stored', async () => {
    const first = await service.daily(world.uni, '2026-11-24')
    await alertAt('2026-11-24T01:00:00.000Z')

    const second = await service.daily(world.uni, '2026-11-24')

    expect([first.number, second.number]).toEqual(['', ''])
    expect(first.markdown).toContain('截至 10:00')
    expect([first.figures['alerts'], second.figures['alerts']]).toEqual([0, 1])
    expect(await world.transactions.read(t => t.reports.count(world.uni.id, {}))).toBe(0)
    expect(await world.audited()).not.toContain('report.created')
  })

  it('of a finished day is written once and never changes', async () => {
    await alertAt('2026-11-23T01:00:00.000Z')
    const first = await service.daily(world.uni, '2026-11-23')
    await alertAt('2026-11-23T02:00:00.000Z', { victim: '10.20.1.9' })
    await inUni(tx => tx.tickets.update(world.uni.id, {}, { state: 'closed', closedAt: '2026-11-23T03:00:00.000Z' }))
    world.clock.turn(86_400)

    const second = await service.daily(world.uni, '2026-11-23')

    expect(second).toEqual(first)
    expect(first).toMatchObject({ number: 'RP-uni-261124-001', period: '2026-11-23', kind: 'daily' })
    expect(first.markdown).not.toContain('截至')
    expect((await world.audited()).filter(action => action === 'report.created')).toHaveLength(1)
  })

  it('asked for by two at once is one', async () => {
    const [a, b] = await Promise.all([service.daily(world.uni, '2026-11-23'), service.daily(world.uni, '2026-11-23')])

    expect(a).toEqual(b)
    expect(await world.transactions.read(t => t.reports.count(world.uni.id, {}))).toBe(1)
  })
})

describe('hostile text', () => {
  const hostile =
    '<script>alert(1)</script> [点我](http://evil.example) **粗** `x` ![](http://evil.example/p.png) &lt;b&gt; &#8238;gnp\u202Eexe\n# 标题\n- 列表 | 表'
  beforeEach(() => world.incident({ set: { title: hostile, conclusion: `误报：${hostile}` } }))

  it('in a title stays text in Markdown: one line, no link, no heading, nothing turned round', async () => {
    const text = section(await service.daily(world.uni, '2026-11-24'), '重点事件') ?? ''

    expect(text.split('\n').filter(line => line.trim() !== '')).toHaveLength(2)
    expect(text).toContain('\\<script\\>alert\\(1\\)\\</script\\> \\[点我\\]\\(http://evil.example\\) \\*\\*粗\\*\\*')
    expect(text).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/)
  })

  it('stays text in HTML', async () => {
    const html = reportHtml(await service.daily(world.uni, '2026-11-24'), '日报 <img src=x onerror=alert(1)> "&')
    const body = html.slice(html.indexOf('<body>'))

    expect(body.match(/<\/?[a-z][^>]*>/g)?.filter(tag => !/^<\/?(?:body|html|h1|h2|p|ul|ol|li)>$/.test(tag))).toEqual([])
    expect(body).toContain('&lt;script&gt;alert(1)&lt;/script&gt; [点我](http://evil.example) **粗**')
    expect(body).toContain('&amp;lt;b&amp;gt; &amp;#8238;gnp exe # 标题 - 列表 | 表')
    expect(html).not.toContain('<img')
    expect(html).toContain('<title>日报 &#60;img src=x onerror=alert(1)&#62; &#34;&#38;</title>')
  })

  it('cannot make the summary for the group longer than twelve lines', async () => {
    for (let i = 0; i < 8; i++) await world.incident({ set: { title: hostile } })

    const summary = reportSummary(await service.daily(world.uni, '2026-11-24'), world.uni)

    expect(summary.split('\n').length).toBeLessThanOrEqual(12)
    expect(summary.split('\n')[0]).toBe('**【安全日报 11-24】示例大学**')
  })
})
