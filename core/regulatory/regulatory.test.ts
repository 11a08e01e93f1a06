// Grades by the lines of domain.md 3.2, 3.3, 4.4, the countdown of each kind of tenant, and who is told.
import { beforeEach, describe, expect, it } from 'vitest'
import { openBotWorld, textOf, type BotWorld } from '../../tests/support/bot-world.js'
import { TimerService } from '../clocks/timer-service.js'
import { importanceOf, suggestGrade, type ImpactFacts } from './grade.js'
import { readFacts, readGrade } from './read-facts.js'

describe('the grade', () => {
  it.each([
    ['P1', 3, 'other', {}, 3],
    ['P1', 4, 'other', {}, 2],
    ['P1', 2, 'other', {}, 4],
    ['P1', 2, 'critical_infrastructure', {}, 2],
    ['P2', 4, 'other', {}, 4],
    ['P2', 2, 'other', { leakedPersons: 1_000_000 }, 3],
    ['P2', 2, 'other', { leakedPersons: 999_999 }, 4],
    ['P3', 2, 'other', { leakedPersons: 100_000_000 }, 1],
    ['P3', 2, 'other', { lossWan: 500 }, 3],
    ['P3', 2, 'other', { frontPageHours: 0.5 }, 3],
    ['P3', 2, 'other', { otherPageHours: 12 }, 2],
    ['P3', 2, 'other', { downHours: 6 }, 4],
    ['P3', 2, 'critical_infrastructure', { downHours: 6 }, 1],
    ['P3', 2, 'critical_infrastructure', { interruptedHours: 2 }, 3],
  ] as const)('of a %s at level %d of %s with %j is %d', (priority, level, kind, facts, grade) => {
    expect(suggestGrade({ priority, kind, importance: importanceOf(level, kind), facts }).grade).toBe(grade)
  })

  it.each([
    ['泄露个人信息 200 万人', undefined, { leakedPersons: 2_000_000 }],
    ['直接损失 600 万元', undefined, { lossWan: 600 }],
    ['主页被篡改', 3_600, { frontPageHours: 1 }],
    ['业务中断', 7_200, { interruptedHours: 2 }],
    ['被转发 1.5 万次，浏览 20 万', undefined, { forwarded: 15_000, viewed: 200_000 }],
    ['没什么影响', 60, {}],
  ] as const)('is read from “%s”', (text, seconds, facts: ImpactFacts) => {
    expect(readFacts(text, seconds)).toEqual(facts)
  })

  it.each([
    ['特别重大', 1],
    ['重大', 2],
    ['较大', 3],
    ['一般', 4],
    ['不知道', undefined],
  ] as const)('named %s is %s', (text, grade) => {
    expect(readGrade(text)).toBe(grade)
  })
})

describe('the countdown', () => {
  let world: BotWorld
  beforeEach(async () => {
    world = await openBotWorld()
  })
  const ring = () => new TimerService({ ...world.core }).runDue()
  const countdown = async () => (await world.announce()).filter(({ kind }) => kind === 'regulatory-countdown')

  it.each([
    ['critical_infrastructure', 1],
    ['central_organ', 2],
    ['other', 4],
  ] as const)('of %s is %d hours, told to the owner and the customer manager alone', async (reporterKind, hours) => {
    await world.change(world.uni, { settings: { reporterKind } })
    const { incident } = await world.incident({ state: 'triaging', priority: 'P1', set: { severity: 'critical' } })

    await world.asks('zhang', `研判 ${incident.number}`, { in: 'ops-1' })
    const said = await countdown()

    expect(said.map(({ chatId, chatType }) => `${chatId} ${chatType}`).sort()).toEqual(['chen single', 'liu single'])
    expect(textOf(said[0])).toContain(`${hours} 小时内`)
    expect(textOf(said[0])).not.toMatch(/不必上报|无需上报|建议不/)
    const [row] = await world.transactions.read(t => t.regulatoryCases.find(world.uni.id, {}))
    expect(Date.parse(row!.dueAt!) - Date.parse(row!.startedAt!)).toBe(hours * 3_600_000)
    world.clock.turn((hours * 3_600) / 2 + 1)
    await ring()
    expect(textOf((await countdown())[0])).toContain('上报时限已过半')
    world.clock.turn((hours * 3_600) / 2)
    await ring()
    expect(textOf((await countdown())[0])).toContain('已到法定上报时限')
  })

  it('keeps its beginning when the figures change, drafts a report, and ends with the customer’s word', async () => {
    const { incident } = await world.incident({ state: 'confirmed', priority: 'P2' })
    const filed = await world.asks('zhang', `定级 ${incident.number} 泄露个人信息200万人`, { in: 'ops-1' })
    const started = await world.transactions.read(t => t.regulatoryCases.find(world.uni.id, {}))
    world.clock.turn(1_800)
    await world.asks('zhang', `定级 ${incident.number} 泄露个人信息2000万人`, { in: 'ops-1' })
    const [graver] = await world.transactions.read(t => t.regulatoryCases.find(world.uni.id, {}))
    const draft = await world.asks('wang', `上报草稿 ${incident.number}`, { in: 'exp-1' })
    const inGroup = await world.asks('chen', `@管家 上报草稿 ${incident.number}`)
    const decided = await world.asks('chen', `上报决定 ${incident.number} 已报属地网信办`, { in: 'chen' })
    world.clock.turn(5 * 3_600)
    await world.announce()
    await ring()

    expect(filed).toContain('Ⅲ级（较大）')
    expect(graver).toMatchObject({ grade: 2, startedAt: started[0]!.startedAt, dueAt: started[0]!.dueAt })
    for (const field of ['单位与系统', '时间地点', '类型级别', '影响', '已采取措施', '攻击线索', '趋势', '需要支持'])
      expect(draft).toContain(field)
    expect(inGroup).not.toContain('草稿（')
    expect(decided).toContain('已登记')
    expect(await countdown()).toEqual([])
  })

  it('is set down only by an expert who did not file it, and says that the customer decides', async () => {
    const { incident } = await world.incident({ state: 'confirmed', priority: 'P2' })
    await world.asks('zhang', `定级 ${incident.number} 较大`, { in: 'ops-1' })
    await world.announce()
    const byAnalyst = await world.asks('zhang', `核定 ${incident.number} 一般 数据已脱敏`, { in: 'ops-1' })
    const byExpert = await world.asks('wang', `核定 ${incident.number} 一般 数据已脱敏`, { in: 'exp-1' })

    expect(byAnalyst).toContain('高级专家')
    expect(byExpert).toContain('Ⅳ级（一般）')
    expect(textOf((await countdown())[0])).toContain('是否上报仍由贵单位决定')
  })
})
