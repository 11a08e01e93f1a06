// An expert is asked for by people and by the conditions of domain.md 5.3, once each, at the right hour, and rung where nobody comes.
import { beforeEach, describe, expect, it } from 'vitest'
import { openBotWorld, textOf, type BotWorld } from '../../tests/support/bot-world.js'
import { Announcer } from '../../bot/push/announcer.js'
import { SecondRoad } from '../delivery/second-road.js'
import { TimerService } from '../clocks/timer-service.js'
import type { DutyPlan } from '../duty/rota.js'
import { escalateClusters } from '../scheduling/jobs/escalate-clusters.js'
import { PLATFORM, type Tenant } from '../tenants/tenant.js'
import { makeAlertFlow } from '../threats/alert-flow.js'
import type { Hit } from '../threats/hit.js'

const turn = { people: ['wang'], turnDays: 7 }
const plan: DutyPlan = {
  anchor: '2026-11-01',
  shifts: [{ ...turn, people: ['zhang', 'zhao'], turnDays: 1, name: '全天', from: '08:00', to: '08:00', days: 'every' }],
  experts: turn,
  swaps: [],
  away: [],
  holidays: {},
}
const NIGHT = '2026-11-24T15:00:00.000Z'
const MORNING = '2026-11-25T01:00:00.000Z'

let world: BotWorld
beforeEach(async () => {
  world = await openBotWorld()
  await world.transactions.run(async tx => {
    await tx.dutyRotas.insert({ id: 'rota', tenantId: PLATFORM, plan })
    await tx.people.update(PLATFORM, { userId: 'wang' }, { phone: '13800000000' })
    await tx.people.update(PLATFORM, { userId: 'zhang' }, { phone: '13900000000' })
  })
})
const escalations = () => world.transactions.read(t => t.escalations.find(world.uni.id, {}, { order: { requestedAt: 'asc' } }))
const ring = () => new TimerService({ ...world.core }).runDue()
const told = async (): Promise<string> => (await world.announce()).map(row => `${row.chatId} ${textOf(row)}`).join('\n')

describe('a person asks', () => {
  it('the customer’s wish rings the expert on duty for a P1 at night; who takes it is told to the group', async () => {
    const { incident } = await world.incident({ state: 'triaging', priority: 'P1' })
    world.clock.set(NIGHT)

    const answer = await world.asks('li', `@管家 升级 ${incident.number} 请专家看`)
    const words = await told()
    const again = await world.asks('li', `@管家 升级 ${incident.number}`)
    const byAnalyst = await world.asks('zhang', `受理升级 ${incident.number}`, { in: 'ops-1' })
    const taken = await world.asks('wang', `受理升级 ${incident.number}`, { in: 'exp-1' })

    expect(answer).toContain('已升级给王专家')
    expect(words).toMatch(/exp-1 [^]*P1·升级/)
    expect(words).toContain('电话 13800000000')
    expect(again).toContain('已经升级过')
    expect(byAnalyst).toContain('高级专家')
    expect(taken).toContain('已受理升级')
    expect(await told()).toMatch(/g-uni .*高级专家已介入/)
    expect(await escalations()).toMatchObject([{ state: 'accepted', reason: 'customer', expert: 'wang', acceptedBy: 'wang' }])
    expect(await world.asks('wang', `退回升级 ${incident.number}`, { in: 'exp-1' })).toContain('还缺结论')
    expect(await world.asks('wang', `完成升级 ${incident.number} 入口已确认`, { in: 'exp-1' })).toContain('已办结升级')
    expect((await escalations())[0]).toMatchObject({ state: 'resolved', outcome: '入口已确认' })
  })

  it('of a P3 at night waits for the morning, unless the case becomes a P1', async () => {
    const quiet = await world.incident({ state: 'triaging', priority: 'P3' })
    const rising = await world.incident({ state: 'triaging', priority: 'P3' })
    world.clock.set(NIGHT)
    await world.asks('zhang', `升级 ${quiet.incident.number}`, { in: 'ops-1' })
    await world.asks('zhang', `升级 ${rising.incident.number}`, { in: 'ops-1' })
    const before = await told()
    await world.asks('zhang', `改级 ${rising.incident.number} P1 涉及核心业务`, { in: 'ops-1' })
    const hurried = await told()
    world.clock.set(MORNING)

    expect((await escalations()).map(({ startsAt }) => startsAt)).toEqual([MORNING, NIGHT])
    expect(before).not.toContain('exp-1')
    expect(hurried).toContain(`exp-1`)
    expect(hurried).not.toContain(quiet.incident.number)
    expect(await told()).toContain(quiet.incident.number)
  })

  it('and nobody comes: all experts are rung; a case that ends needs none', async () => {
    const { incident } = await world.incident({ state: 'triaging', priority: 'P1' })
    await world.asks('zhang', `升级 ${incident.number}`, { in: 'ops-1' })
    await world.announce()
    world.clock.turn(16 * 60)
    await ring()

    expect(await told()).toContain('升级无人受理')
    await world.asks('wang', `误报关闭 ${incident.number} 已核实是演练`, { in: 'exp-1' })
    await world.asks('wang', `误报 ${incident.number} 已核实是演练`, { in: 'exp-1' })
    expect(await escalations()).toMatchObject([{ state: 'resolved', outcome: '事件已结束' }])
  })
})

describe('the gateway for calls', () => {
  it('is given the expert’s name and phone for a P1, and nothing for a P3', async () => {
    const { transactions, clock, core, secrets } = world
    const second = new SecondRoad({ transactions, clock, hasMail: false, hasHook: true, links: core.links, secrets })
    const announcer = new Announcer({ transactions, clock, logger: core.logger, second })
    for (const priority of ['P1', 'P3'] as const) {
      const { incident } = await world.incident({ state: 'triaging', priority })
      await world.asks('zhang', `升级 ${incident.number}`, { in: 'ops-1' })
    }
    while ((await announcer.runDue()) > 0);

    const calls = (await world.deliveries()).filter(({ road }) => road === 'hook')
    expect(calls).toHaveLength(1)
    expect(textOf(calls[0])).toContain('王专家 13800000000')
    expect(calls[0]).toMatchObject({ level: 'P1', lane: 0, kind: 'call' })
  })
})

describe('the system asks', () => {
  const hit = (set: Partial<Hit> = {}): Hit => ({
    modelId: 'm',
    ruleId: 'r',
    title: '批量改写文件',
    eventType: 'ransomware',
    severity: 'critical',
    attackResult: 'success',
    at: '2026-11-24T02:00:00.000Z',
    victim: { host: 'web1', ip: '10.20.1.5' },
    attacker: { ip: '203.0.113.8' },
    count: 1,
    attack: ['T1486'],
    reason: '一分钟内改写 500 个文件',
    evidence: [],
    strength: 1,
    ...set,
  })

  it('when ransomware appears, once', async () => {
    const flow = makeAlertFlow({ transactions: world.transactions })
    await flow.raise(world.uni, [hit()])
    await flow.raise(world.uni, [hit({ at: '2026-11-24T02:01:00.000Z' })])

    expect(await escalations()).toMatchObject([{ reason: 'grave-event', requestedBy: 'system' }])
  })

  it('when the verdict is overdue, and twice a verification failed', async () => {
    const late = await world.incident({ state: 'new', priority: 'P1' })
    await world.asks('zhang', `认领 ${late.incident.number}`, { in: 'ops-1' })
    world.clock.turn(16 * 60)
    await ring()
    const failing = await world.incident({ state: 'eradicating' })
    const fail = () =>
      world.core.tickets.verify(world.actor('zhang'), world.uni.id, failing.incident.number, '弱口令', () =>
        Promise.resolve({ passed: false, lines: ['仍有命中'] }),
      )
    await fail()
    const afterOne = (await escalations()).length
    await fail()

    expect(afterOne).toBe(1)
    expect((await escalations()).map(({ reason }) => reason)).toEqual(['verdict-overdue', 'verification-failed-twice'])
  })

  it('when an asset of the core is compromised, which also makes the case graver', async () => {
    await world.change(world.uni, { settings: { valuedNetworks: [{ network: '10.20.1.0/24', value: 5 }] } })
    const { incident } = await world.incident({ state: 'triaging', priority: 'P2', assignee: 'wang' })

    await world.asks('wang', `研判 ${incident.number} 已失陷 有回连；有落地文件`, { in: 'exp-1' })

    expect(await escalations()).toMatchObject([{ reason: 'core-asset-compromised' }])
    expect((await world.ticketOf(incident)).priority).toBe('P1')
    expect(await world.audited()).toContain('ticket.regraded')
  })

  it('when three customers meet the same, without a word about the others', async () => {
    const third: Tenant = { ...world.hos, id: 'tenant-gov', tenantId: 'tenant-gov', code: 'gov', name: '示例机关' }
    await world.transactions.run(tx => tx.tenants.insert(third))
    const flow = makeAlertFlow({ transactions: world.transactions })
    for (const tenant of [world.uni, world.hos, third]) await flow.raise(tenant, [hit({ eventType: 'webshell', title: '后门' })])
    const platform = (await world.core.directory.tenant(PLATFORM))!
    await escalateClusters.run({ ...world.core, archive: undefined as never, tenant: platform, now: world.clock.now() })

    expect(await escalations()).toMatchObject([{ reason: 'several-tenants' }])
    expect(
      (await world.announce())
        .filter(({ chatId }) => chatId === 'g-uni')
        .map(textOf)
        .join(),
    ).not.toMatch(/示例医院|示例机关/)
  })
})

describe('the customer does not answer', () => {
  it('the approver is asked again after ten minutes of a P1, the owner after thirty', async () => {
    const { incident } = await world.incident({ state: 'triaging', priority: 'P1' })
    await world.asks('zhang', `封禁 203.0.113.7 2h ${incident.number}`, { in: 'ops-1' })
    await world.announce()
    world.clock.turn(601)
    await ring()
    const first = await told()
    world.clock.turn(1_200)
    await ring()
    const second = await told()

    expect(first).toMatch(/g-uni .*还在等您的答复/)
    expect(first).toContain('李工')
    expect(second).toContain('陈主任')
    expect(second).toContain('仍无应答只做预授权内的动作')
  })
})

describe('值班, 接管, 转交, 待办, 委托', () => {
  it('tell who is on duty, by name and phone, and who comes next', async () => {
    const answer = await world.asks('xu', '@管家 值班')

    expect(answer).toMatch(/\*\*现在值班\*\* (张工 13900000000|赵工)/)
    expect(answer).toContain('下一班：')
    expect(answer).toContain('高级专家：王专家 13800000000（在岗）')
    expect(answer).toContain('客户经理：刘经理')
  })

  it('hand a case over to a colleague, who is told', async () => {
    const { incident } = await world.incident({ state: 'triaging' })

    expect(await world.asks('zhang', `转交 ${incident.number} 赵工`, { in: 'ops-1' })).toContain('已转给 赵工')
    expect((await world.ticketOf(incident)).assignee).toBe('zhao')
    expect(await told()).toMatch(/ops-1 .*由 张工 转给 赵工/)
    expect(await world.asks('wang', `接管 ${incident.number}`, { in: 'exp-1' })).toContain('王专家')
  })

  it('show what waits for each, with buttons', async () => {
    const disposal = await world.requested('203.0.113.7')
    const { incident } = await world.incident({ state: 'new' })

    expect(await world.asks('li', '@管家 待办')).toContain(`回复“同意 ${disposal.number}”`)
    expect(await world.asks('zhao', '待办', { in: 'ops-1' })).toContain(`认领 ${incident.number}`)
    expect(await world.asks('xu', '@管家 待办')).not.toContain('同意 DP')
    const [, card] = await world.says('li', '@管家 待办')
    expect(card?.message.kind).toBe('card')
  })

  it('lend the word until a day, and take it back', async () => {
    const disposal = await world.requested('203.0.113.7')
    const refused = await world.asks('zhou', `@管家 同意 ${disposal.number}`)
    const lent = await world.asks('li', '@管家 委托 周老师 到 12月5日')
    const byDelegate = await world.asks('zhou', `@管家 同意 ${disposal.number}`)
    const other = await world.requested('203.0.113.8')
    const onward = await world.asks('zhou', '@管家 委托 徐校长 到 12月5日')
    const back = await world.asks('li', '@管家 收回委托')
    const afterwards = await world.asks('zhou', `@管家 同意 ${other.number}`)

    expect(refused).toContain('请由他来做')
    expect(lent).toContain('至 2026-12-05')
    expect(byDelegate).toContain('周老师（代李工） 已同意')
    expect(onward).toContain('本人')
    expect(back).toContain('已收回')
    expect(afterwards).toContain('请由他来做')
    expect(await world.audited()).toEqual(expect.arrayContaining(['delegation.given', 'delegation.revoked']))
    await world.asks('li', '@管家 委托 周老师 到 12月5日')
    world.clock.set('2026-12-05T16:00:01.000Z')
    const late = await world.requested('203.0.113.9')
    expect(await world.asks('zhou', `@管家 同意 ${late.number}`)).toContain('请由他来做')
  })
})
