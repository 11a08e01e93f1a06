// Exposures, changes, advisories and service orders as people talk about them: cards, answers, second persons, timers.
import { beforeEach, describe, expect, it } from 'vitest'
import { TimerService } from '../../core/clocks/timer-service.js'
import { dueActs } from '../../core/due-acts.js'
import { openBotWorld, textOf, type BotWorld } from '../../tests/support/bot-world.js'

let world: BotWorld
let ring: () => Promise<number>

beforeEach(async () => {
  world = await openBotWorld()
  await world.transactions.run(tx =>
    tx.people.insert({ id: 'person-he', tenantId: 'platform', userId: 'he', name: '何工', role: 'field_engineer', mail: null }),
  )
  const { core } = world
  const timers = new TimerService({ ...core, others: dueActs(core) })
  ring = () => timers.runDue()
})

const numberIn = (text: string): string => /(?:TK|AD|SO)-[a-z]+-\d+-\d+/.exec(text)![0]
const said = async (): Promise<string> => (await world.announce()).map(textOf).join('\n')
const states = async (): Promise<string[]> =>
  (await world.transactions.read(t => t.cases.acrossTenantsFind({}, { order: { id: 'asc' } }))).map(row => row.state)
const DAY = 86_400

describe('exposures', () => {
  it('a port is opened for three days by two people, and is a violation on the fourth', async () => {
    const asked = await world.asks('zhou', '@管家 临时开放 8080 3天 供应商调试')
    const number = numberIn(asked)
    expect(await said()).toContain('临时开放端口')

    expect(await world.asks('zhou', `@管家 临时开放 ${number}`)).toMatch(/需要客户主管或客户授权人/)
    expect(await world.asks('li', `@管家 临时开放 ${number}`)).toContain('已同意临时开放')
    world.clock.turn(3 * DAY - 60)
    await ring()
    expect(await states()).toEqual(['temporary'])
    world.clock.turn(120)
    await ring()
    await ring()

    expect(await states()).toEqual(['violating'])
    expect(await said()).toMatch(/违规暴露.*临时开放到期/)
  })

  it('a port nobody registered is registered and taken back, and closed when nobody reaches it any more', async () => {
    const number = numberIn(await world.asks('zhou', '@管家 收敛 3389 端口 改走 VPN'))
    await world.asks('zhou', `@管家 收敛 ${number} 完成`)
    expect(await said()).toContain('请从外网复测')

    await world.asks('zhang', `收敛 ${number} 复测未通过 仍可连接`, { in: 'ops-1' })
    expect(await states()).toEqual(['converging'])
    await world.asks('zhou', `@管家 收敛 ${number} 完成`)
    await world.asks('zhang', `收敛 ${number} 复测通过 已不可达`, { in: 'ops-1' })

    expect(await states()).toEqual(['closed'])
  })

  it('what a probe sees again is the same case, and a closed one opens anew', async () => {
    const seen = { host: '203.0.113.80', port: 3389, protocol: 'tcp', product: 'RDP', severity: 'high', evidence: '外网可连接' } as const
    const first = await world.core.exposures.discovered(world.uni.id, seen)
    const again = await world.core.exposures.discovered(world.uni.id, seen)

    expect(again.id).toBe(first.id)
    expect((await world.core.exposures.discovered(world.hos.id, seen)).id).not.toBe(first.id)
  })
})

describe('configuration changes', () => {
  const seen = {
    host: '10.20.1.5',
    title: '新增管理员 svc_bk',
    lines: ['新增账号 svc_bk', '新增端口 4444'],
    severity: 'medium',
    identity: 'svc_bk',
  } as const

  it('an operator and a second person take a change into the baseline', async () => {
    const { number } = await world.core.configurationChanges.detected(world.uni.id, seen)
    expect(await said()).toContain('【配置变更】')

    expect(await world.asks('zhou', `@管家 认可 ${number}`)).toContain('还需要')
    expect(await world.asks('zhou', `@管家 认可 ${number}`)).toContain('两个人')
    expect(await world.asks('zhang', `认可 ${number}`, { in: 'ops-1' })).toContain('已认可')

    expect(await states()).toEqual(['authorized'])
  })

  it('what was not ours is rolled back with the leave of the customer, and compared again', async () => {
    const { number } = await world.core.configurationChanges.detected(world.uni.id, seen)
    await world.asks('zhou', `@管家 违规 ${number} 没有人报备`)
    expect(await said()).toContain('请给出回退方案')
    await world.asks('zhang', `回退 ${number} 方案 删除账号 svc_bk`, { in: 'ops-1' })
    expect(await said()).toContain('删除账号 svc_bk')

    expect(await world.asks('zhou', `@管家 回退 ${number}`)).toContain('客户主管或客户授权人')
    await world.asks('li', `@管家 回退 ${number}`)
    await world.asks('zhang', `回退 ${number} 核验通过 快照一致`, { in: 'ops-1' })

    expect(await states()).toEqual(['closed'])
  })

  it('within an announced window a change is noted and not told, and goes with the announcement', async () => {
    const number = numberIn(await world.asks('zhou', '@管家 报备 升级数据库 4小时'))
    await said()
    await world.core.configurationChanges.detected(world.uni.id, seen)
    expect(await said()).not.toContain('【配置变更】')

    await world.asks('li', `@管家 认可 ${number} 升级完成`)
    expect(await states()).toEqual(['authorized', 'authorized'])

    world.clock.turn(5 * 3600)
    await world.core.configurationChanges.detected(world.uni.id, { ...seen, identity: 'later' })
    expect(await said()).toContain('【配置变更】')
  })

  it('for seven days after an incident with measures a change of its victim weighs more, however it was announced', async () => {
    const { incident } = await world.incident({ state: 'reviewing', priority: 'P3', attackers: ['203.0.113.7'] })
    await world.core.disposals.proposeBlock(world.actor('zhang'), { tenantId: world.uni.id, ip: '203.0.113.7', seconds: 3600 })
    await world.core.tickets.close(world.actor('zhang'), world.uni.id, incident.number, '已改口令')
    await world.asks('zhou', '@管家 报备 例行维护 4小时')
    await said()

    const near = await world.core.configurationChanges.detected(world.uni.id, seen)
    expect(near.severity).toBe('high')
    expect(await said()).toContain('【配置变更】')
    const other = await world.core.configurationChanges.detected(world.uni.id, { ...seen, host: '10.20.9.9' })
    expect(other.severity).toBe('medium')
    world.clock.turn(7 * DAY + 60)
    const later = await world.core.configurationChanges.detected(world.uni.id, { ...seen, identity: 'later' })

    expect(later.severity).toBe('medium')
  })
})

describe('advisories', () => {
  const DRAFT =
    '起草预警 某组件远程执行；能导致=远程执行命令；CVE=CVE-2026-1234；产品=FooServer；在野=是；建议=今天 18:00 前限源；临时=关闭管理端口'

  async function finding(tenantId: string, title: string, cve: readonly string[], id: string): Promise<void> {
    const at = new Date(world.clock.now()).toISOString()
    const details = {
      cve,
      cwe: [],
      cvss: { score: null, vector: null },
      instances: [],
      evidence: '',
      description: '',
      solution: '',
      references: [],
    }
    await world.transactions.run(tx =>
      tx.findings.insert({
        ...{ id, tenantId, identity: id, kind: 'vulnerability', engine: 'nuclei', checkKey: id, title, severity: 'high' },
        ...{ host: '10.20.1.9', port: 8443, protocol: 'tcp', state: 'dispatched', details: { ...details, toVerify: false } },
        ...{
          occurrences: 1,
          reopened: 0,
          firstSeenAt: at,
          lastSeenAt: at,
          uncoveredSince: null,
          fixedAt: null,
          dueAt: at,
          holdsUntil: null,
        },
        updatedAt: at,
      }),
    )
  }

  it('is approved by another person and told to each customer in its own words', async () => {
    await finding(world.uni.id, 'FooServer RCE', ['CVE-2026-1234'], 'f1')
    await finding(world.hos.id, 'fooserver 版本信息', [], 'f2')
    const number = numberIn(await world.asks('wang', DRAFT, { in: 'ops-1' }))

    expect(await world.asks('zhang', `批准预警 ${number}`, { in: 'ops-1' })).toContain('高级专家')
    expect(await world.asks('wang', `批准预警 ${number}`, { in: 'ops-1' })).toContain('您自己提的')
    await world.transactions.run(tx =>
      tx.people.insert({ id: 'person-sun', tenantId: 'platform', userId: 'sun', name: '孙专家', role: 'senior_expert', mail: null }),
    )
    await world.asks('sun', `批准预警 ${number}`, { in: 'ops-1' })
    await ring()
    await ring()
    const told = await world.announce()

    const of = (chatId: string) => told.filter(row => row.chatId === chatId).map(textOf)
    expect(of('g-uni').join()).toMatch(/【与您有关】.*(?:\n.*)*1 处受影响：10\.20\.1\.9:8443/)
    expect(of('g-hos').join()).toMatch(/【可能有关】/)
    expect(of('g-uni')).toHaveLength(1)
    expect(await world.asks('xu', '@管家 影响 CVE-2026-1234')).toContain('10.20.1.9')
    expect(await world.asks('xu', '@管家 影响 CVE-2020-0001')).toContain('暂无关')
    const listed = await world.asks('xu', '@管家 预警')
    expect(listed).toContain('与您有关')
    await world.asks('zhou', `@管家 跟进预警 ${numberIn(listed)} 我们自己处理`)
    await world.asks('zhang', `跟进预警 ${numberIn(listed)} 已关闭 均已升级`, { in: 'ops-1' })
    expect(await world.asks('xu', '@管家 预警')).toContain('已关闭')
  })
})

describe('service orders', () => {
  it('goes from the wish to the acceptance, and no step is begun outside the letter', async () => {
    const number = numberIn(await world.asks('chen', '@管家 服务 申请 渗透测试 官网'))
    expect(await world.asks('he', `签到 ${number}`, { in: 'ops-1' })).toContain('不能')
    await world.asks('liu', `服务 界定 ${number} 2人天 目标 10.20.0.0/16 排除 10.20.9.0/24 期限 30天 时段 09:00-12:00`, { in: 'ops-1' })
    await world.asks('chen', `@管家 确认服务 ${number}`)
    expect(await world.asks('zhou', `@管家 签署 ${number}`)).toMatch(/这个操作需要.*客户授权人/)
    expect(await world.asks('li', `@管家 签署 ${number}`)).toContain('24 小时内有效')
    await world.asks('liu', `服务 排期 ${number} 今天`, { in: 'ops-1' })
    await said()

    expect(await world.asks('he', `签到 ${number} 10.20.9.7`, { in: 'ops-1' })).toContain('排除目标')
    expect(await said()).toContain('拒绝开工')
    world.clock.turn(3 * 3600)
    expect(await world.asks('he', `签到 ${number}`, { in: 'ops-1' })).toContain('不在授权时段')
    world.clock.turn(22 * 3600)
    expect(await world.asks('he', `签到 ${number}`, { in: 'ops-1' })).toContain('临时效力已过')
    await world.core.uploads.receive(world.actor('li'), { name: '授权书.pdf', bytes: Buffer.from('%PDF-1.4 signed') })
    expect(await world.asks('li', `@管家 签署 ${number}`)).toContain('已附盖章件')
    expect(await world.asks('he', `签到 ${number} 10.20.3.4`, { in: 'ops-1' })).toContain('已开工')
    await world.asks('he', `交付 ${number} 渗透测试报告`, { in: 'ops-1' })
    expect(await said()).toContain('请验收')
    expect(await world.asks('chen', `@管家 验收 ${number} 不通过`)).toContain('还缺不通过的原因')
    await world.asks('chen', `@管家 验收 ${number} 不通过 报告缺复测`)
    await world.asks('he', `签到 ${number} 10.20.3.4`, { in: 'ops-1' })
    await world.asks('he', `交付 ${number} 复测报告`, { in: 'ops-1' })
    await world.asks('chen', `@管家 验收 ${number} 通过`)

    expect(await states()).toEqual(['accepted'])
    expect(await world.asks('chen', '@管家 授权书')).toContain('10.20.0.0/16')
    expect(await world.audited()).toContain('case.signed')
  })
})
