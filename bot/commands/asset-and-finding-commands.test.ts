// Assets and findings as people talk about them: claimed, rated, imported; repaired, asked again, extended, accepted; and what nobody may read.
import { beforeEach, describe, expect, it } from 'vitest'
import type { RetestAnswer } from '../../core/findings/finding-case.js'
import { dispatchFindings } from '../../core/findings/dispatch.js'
import { recheckAssessments } from '../../core/findings/assessment.js'
import { isGenuine } from '../../core/findings/certificate.js'
import { TimerService } from '../../core/clocks/timer-service.js'
import type { Observed } from '../../core/assets/observed.js'
import { openBotWorld, textOf, type BotWorld } from '../../tests/support/bot-world.js'

let world: BotWorld
beforeEach(async () => {
  world = await openBotWorld()
})

const SECRET = 'Tr0ub4dor&3'
const machine = (address: string, ports: number[] = [22]): Observed => ({
  address,
  mac: null,
  hostKey: null,
  certificate: null,
  hostName: null,
  seenAt: new Date(world.clock.now()).toISOString(),
  services: ports.map(port => ({
    port,
    protocol: 'tcp',
    name: port === 6379 ? 'redis' : 'ssh',
    product: '',
    version: '',
    banner: `b${port}`,
    cpe: [],
  })),
})
const see = (run: string, ...seen: Observed[]) =>
  world.core.register.see({ tenantId: world.uni.id, run, seen, silent: [] }, { from: '巡检', by: 'system' })
/** hydra's own form of a result; `found` empty: the account was asked and did not open. */
const hydra = (found: readonly string[]) =>
  world.core.imports.import(
    {
      name: 'hydra.json',
      size: undefined,
      open: async function* () {
        const results = found.map(host => ({ port: 22, service: 'ssh', host, login: 'root', password: SECRET }))
        yield Buffer.from(
          JSON.stringify({
            generator: { software: 'Hydra', version: 'v9.4', built: '2026-11-24 10:00:00', server: 'x', service: 'ssh' },
            results,
            success: found.length > 0,
            errormessages: [],
            quantityfound: found.length,
          }),
        )
      },
    },
    { tenantId: world.uni.id, by: 'cli' },
  )
const nmapVulnerable = (host: string) => ({
  name: 'r.json',
  size: undefined,
  open: async function* () {
    yield Buffer.from(
      JSON.stringify({
        findings: [
          {
            title: 'Redis 未授权访问 CVE-2022-0543',
            severity: 'Critical',
            description: 'd',
            steps_to_reproduce: 'INFO 有应答',
            unique_id_from_tool: 'redis-noauth',
            endpoints: [`tcp://${host}:6379`],
            cvssv3_score: 9.8,
          },
        ],
      }),
    )
  },
})
const findingsOf = () => world.transactions.read(t => t.findings.find(world.uni.id, {}, { order: { id: 'asc' } }))
const asset = async (address: string) => (await world.core.assets.find(world.uni.id, { ip: address }))[0]!
const critical = async (host = '10.1.8.77') => {
  await see('r1', machine(host, [22, 6379]))
  await world.core.imports.import(nmapVulnerable(host), { tenantId: world.uni.id, by: 'cli' })
  await world.asks('zhou', `认领 ${host}`)
  await dispatchFindings(world.transactions, world.uni.id)
  return (await world.core.findings.list(world.uni.id, {}, 1)).rows[0]!.row.number
}
const answer = (set: Partial<RetestAnswer> = {}): RetestAnswer => ({
  outcome: 'not-found',
  engine: 'generic',
  version: '1.0',
  coverage: { host: '10.1.8.77', port: 6379, protocol: 'tcp', check: 'redis-noauth' },
  evidence: 'INFO 要求口令',
  ranAt: new Date(world.clock.now()).toISOString(),
  run: 'patrol-2',
  ...set,
})
const waiting = async () => (await world.core.retests.waiting(world.uni.id))[0]!

describe('assets in the chat', () => {
  it('are told when new, claimed by a press, and shown on one screen with what is weak', async () => {
    await see('r1', machine('10.1.8.77', [22, 6379]), machine('10.1.8.78'))
    world.clock.turn(301)
    const [told] = await world.announce()
    expect(textOf(told)).toContain('【新资产】新增 2 台待认领')
    expect(textOf(told)).toContain('10.1.8.77')
    const card = told!.message.kind === 'card' ? told!.message.card : undefined

    const [pressed] = await world.presses('zhou', card!.taskId, 'mine')

    expect(textOf(pressed)).toContain('已登记责任人：周老师')
    expect(await asset('10.1.8.77')).toMatchObject({ owner: 'zhou', status: 'claimed' })
    const shown = await world.asks('chen', '资产 10.1.8.77')
    expect(shown).toContain('责任人：周老师')
    expect(shown).toContain('高危端口：1 个')
    expect(await world.asks('chen', '新资产')).toContain('待认领 1 台')
    expect(await world.asks('chen', '资产')).toContain('共 2 台')
  })

  it('are given to somebody else by name, never to somebody nobody knows, and an incident keeps its word in the ops room', async () => {
    await see('r1', machine('10.1.8.77'))
    const { incident } = await world.incident()

    expect(await world.asks('zhou', '认领 10.1.8.77 李工')).toContain('责任人：李工')
    expect(await world.asks('zhou', '认领 10.1.8.77 王五')).toContain('没有找到 登记过的人员“王五”')
    expect(await world.asks('zhou', `认领 ${incident.number}`)).toContain('运营群')
    expect(await world.asks('zhou', `认领 ${incident.number}`, { in: 'zhou' })).toContain('分析师')
    expect(await world.asks('zhou', '10.1.8.77 是我们的机器')).toContain('责任人：周老师')
    expect(await world.asks('zhang', '认领', { in: 'ops-1' })).toContain(`${incident.number}** 张工 已认领`)
    expect(await world.asks('zhang', '认领 10.1.8.77 李工 uni', { in: 'ops-1' })).toContain('责任人：李工')
    expect(await world.asks('xu', '认领 10.1.8.77')).toContain('需要')
  })

  it('are rated by the customer only with an analyst’s word, and may go out of service', async () => {
    await see('r1', machine('10.1.8.77'))

    expect(await world.asks('zhou', '标记 10.1.8.77 C=4 I=5 A=5 业务=教务系统')).toContain('等分析师或客户经理确认')
    expect(await asset('10.1.8.77')).toMatchObject({ cia: null, value: 3, business: '教务系统' })
    const [card] = (await world.announce()).filter(row => row.chatId === 'ops-1')
    expect(await world.presses('liu', card!.message.kind === 'card' ? card!.message.card.taskId : '', 'yes', { in: 'ops-1' })).toHaveLength(
      1,
    )
    expect(await asset('10.1.8.77')).toMatchObject({ cia: { c: 4, i: 5, a: 5 }, value: 5, proposal: null })

    expect(await world.asks('zhou', '标记 10.1.8.77 C=9')).toContain('不是有效的重要性')
    expect(await world.asks('zhou', '标记 10.1.8.77')).toContain('还缺要标注什么')
    expect(await world.asks('zhou', '标记 10.1.8.77 下线')).toContain('已登记下线（记录保留）')
    expect(await asset('10.1.8.77')).toMatchObject({ status: 'offline', value: 5 })
  })

  it('come from a table sent alone, and go out as one', async () => {
    expect(await world.asks('zhou', '导入资产')).toContain('单聊')
    await world.core.uploads.receive(world.actor('zhou'), {
      name: '资产.csv',
      bytes: Buffer.from('IP,资产名称,责任人\n10.1.8.77,OA 前端,周老师\n1.2.3,坏\n'),
    })

    const said = await world.asks('zhou', '导入资产', { in: 'zhou' })

    expect(said).toContain('新增 1，更新 0，无变化 0，未导入 1')
    expect(said).toContain('第 3 行')
    expect(await world.asks('chen', 'OA 在哪台机')).toContain('10.1.8.77')
    expect((await world.says('chen', '资产 导出')).map(row => row.message.kind)).toEqual(['markdown', 'file'])
    expect(await world.asks('qian', '资产 10.1.8.77', { in: 'g-hos' })).toContain('没有找到')
  })

  it('nobody knows are looked into', async () => {
    await see('r1', machine('10.1.8.77'))
    expect(await world.asks('zhou', '不认识 10.1.8.77')).toContain('已转影子资产')
    expect(textOf((await world.announce()).find(row => row.chatId === 'ops-1'))).toContain('归属待查')
    expect(await world.asks('xu', '影子资产')).toContain('影子资产** 1 台')
  })
})

describe('findings in the chat', () => {
  it('are dispatched to the owner of the machine, with the terms of their priority', async () => {
    const number = await critical()
    world.clock.turn(301)
    const told = (await world.announce()).map(textOf)

    expect(told.some(text => text.includes('待整改 1 项** 责任人 周老师') && text.includes(number))).toBe(true)
    expect((await findingsOf())[0]).toMatchObject({ state: 'dispatched', dueAt: '2026-11-27T02:00:00.000Z' })
    const story = await world.asks('zhou', `漏洞 ${number}`)
    expect(story).toMatch(/优先级：R=\d+(?:\.\d+)? .*A=3 T=2 Va=2 Vi=5 K=0/)
    for (const words of ['漏洞', '漏洞 CVE-2022-0543', '漏洞 10.1.8.77', '我们有 redis 吗，漏洞', '漏洞 严重'])
      expect(await world.asks('zhou', words), words).toContain(number)
    expect(await world.asks('zhou', '漏洞 CVE-1999-0001')).toContain('没有查过的资产不在其内')
    expect(await world.asks('xu', '漏洞')).toContain('需要')
  })

  it('said to be repaired are closed by the same check alone, with a certificate that can be recomputed', async () => {
    const number = await critical()
    world.clock.turn(60)

    expect(await world.asks('zhou', `已修复 ${number}`)).toContain('已排队复验')
    expect((await findingsOf())[0]?.state).toBe('pending_retest')
    const { id } = await waiting()
    const nothing: Partial<RetestAnswer>[] = [
      { outcome: 'undecided', coverage: null, evidence: '主机超时' },
      { outcome: 'not-applicable' },
      { engine: 'other' },
      { coverage: { host: '10.1.8.77', port: 22, protocol: 'tcp', check: 'redis-noauth' } },
      { coverage: { host: '10.1.8.77', port: 6379, protocol: 'tcp', check: 'another' } },
      { coverage: null },
      { ranAt: '2026-11-24T01:00:00.000Z' },
      { outcome: 'found', ranAt: '2026-11-24T01:00:00.000Z' },
    ]
    for (const set of nothing) await world.core.retests.answer(world.uni.id, id, answer(set))
    expect([(await findingsOf())[0]?.state, (await waiting()).tries]).toEqual(['pending_retest', nothing.length])
    expect((await world.announce()).map(textOf).some(text => text.includes('没有结论'))).toBe(true)

    await world.core.retests.answer(world.uni.id, id, answer())

    expect((await findingsOf())[0]).toMatchObject({ state: 'fixed' })
    const card = (await world.announce()).map(textOf).find(text => text.includes('【复验通过】'))
    const [certificate] = await world.transactions.read(t => t.certificates.find(world.uni.id, {}))
    expect(card).toContain(certificate!.hash.slice(0, 16))
    expect(card).toContain(number)
    expect(isGenuine(certificate!)).toBe(true)
    expect(isGenuine({ ...certificate!, content: { ...certificate!.content, place: '10.1.8.78:6379/tcp' } })).toBe(false)
    await expect(world.core.retests.answer(world.uni.id, id, answer())).rejects.toMatchObject({ code: 'ALREADY_DONE' })
    await expect(world.core.retests.answer(world.hos.id, id, answer())).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('one repaired, one not: one certificate, one that is still there, each with its evidence', async () => {
    await critical()
    await critical('10.1.8.78')
    const { rows } = await world.core.findings.list(world.uni.id, {}, 5)
    for (const { row } of rows) await world.asks('zhou', `已修复 ${row.number}`)
    for (const retest of await world.core.retests.waiting(world.uni.id)) {
      const coverage = { host: retest.host, port: 6379, protocol: 'tcp', check: 'redis-noauth' }
      const set = retest.host === '10.1.8.77' ? { coverage } : { coverage, outcome: 'found' as const, evidence: 'INFO 仍有应答' }
      await world.core.retests.answer(world.uni.id, retest.id, answer(set))
    }

    const told = (await world.announce()).map(textOf)

    expect(told.filter(text => text.includes('【复验通过】'))).toHaveLength(1)
    expect(told.filter(text => text.includes('仍存在') && text.includes('INFO 仍有应答'))).toHaveLength(1)
    expect((await findingsOf()).map(({ host, state }) => `${host} ${state}`).sort()).toEqual(['10.1.8.77 fixed', '10.1.8.78 retest_failed'])
  })

  it('are extended by the approver only, and the clock heeds it', async () => {
    const number = await critical()
    const timers = new TimerService({
      transactions: world.transactions,
      changes: world.core.changes,
      clock: world.clock,
      logger: world.core.logger,
    })

    expect(await world.asks('zhou', `延期 ${number} 20天 等厂商补丁`)).toContain('等授权人回复')
    expect(await world.asks('zhou', `同意延期 ${number}`)).toContain('需要')
    expect(await world.asks('li', `同意延期 ${number}`)).toContain('已同意延期，新期限 12-14 10:00')
    expect(await world.asks('li', `同意延期 ${number}`)).toContain('没有待批的延期')
    expect(await world.asks('li', `延期 ${number} 2天 太早`)).toContain('不是有效的期限')
    world.clock.set('2026-11-28T02:00:00.000Z')
    await timers.runDue()
    expect(await world.announced()).not.toContain('findings-overdue')
    world.clock.set('2026-12-14T02:00:01.000Z')
    await timers.runDue()
    await timers.runDue()
    world.clock.turn(3600)

    expect((await world.announce()).map(textOf).some(text => text.includes('整改超期') && text.includes(number))).toBe(true)
    expect(await world.asks('zhou', '漏洞 超期')).toContain(number)
  })

  it('are accepted with signature and end, and back when it has come', async () => {
    const number = await critical()
    expect(await world.asks('zhou', `接受风险 ${number} 30天 已限源`)).toContain('需要')
    expect(await world.asks('li', `接受风险 ${number} 30天 已限制来源地址`)).toContain('风险接受已登记')
    await world.core.imports.import(nmapVulnerable('10.1.8.77'), { tenantId: world.uni.id, by: 'cli' })
    expect((await findingsOf())[0]?.state).toBe('accepted_risk')

    world.clock.turn(30 * 86_400)
    await new TimerService({
      transactions: world.transactions,
      changes: world.core.changes,
      clock: world.clock,
      logger: world.core.logger,
    }).runDue()

    expect((await findingsOf())[0]?.state).toBe('discovered')
    expect((await world.announce()).map(textOf).some(text => text.includes('恢复跟踪') && text.includes('风险接受到期'))).toBe(true)
  })

  it('thought less of by an expert are back when what that rested on is gone', async () => {
    const number = await critical()
    expect(await world.asks('zhang', `评估 ${number} 误报 已打反向移植补丁 服务不变`, { in: 'ops-1' })).toContain('端口上的服务与版本不变')
    expect(await recheckAssessments(world.transactions, world.uni.id)).toBe(0)
    expect((await findingsOf())[0]?.state).toBe('false_positive')
    const changed = machine('10.1.8.77', [6379])
    await see('r9', { ...changed, services: [{ ...changed.services[0]!, product: 'Redis', version: '7.2' }] })

    expect(await recheckAssessments(world.transactions, world.uni.id)).toBe(1)

    expect((await findingsOf())[0]?.state).toBe('discovered')
    expect((await world.announce()).map(textOf).some(text => text.includes('前提不再成立'))).toBe(true)
    expect(await world.asks('zhang', `评估 ${number} 低危 关着的 端口关闭`, { in: 'ops-1' })).toContain('现在就不成立')
    expect(await world.asks('zhou', `评估 ${number} 低危 没事`)).toContain('需要')
  })
})

describe('weak passwords', () => {
  it('are told without account and password; the account only to the owner alone; the password is nowhere', async () => {
    await see('r1', machine('10.1.8.77'))
    await world.asks('zhou', '认领 10.1.8.77')
    await hydra(['10.1.8.77'])
    world.clock.turn(301)
    const told = await world.announce()

    const card = told.map(textOf).find(text => text.includes('【弱口令】'))
    expect(card).toContain('10.1.8.77:22')
    const group = [
      card,
      await world.asks('zhou', '弱口令'),
      await world.asks('zhou', '弱口令 明细'),
      await world.asks('zhou', '漏洞 10.1.8.77'),
    ].join('\n')
    expect(group).not.toContain('root')
    expect(await world.asks('zhou', '弱口令 明细', { in: 'zhou' })).toContain('root')
    expect(await world.asks('li', '弱口令 明细', { in: 'li' })).not.toContain('root')
    const stored = await world.transactions.read(async t => [
      await t.findings.find(world.uni.id, {}),
      await t.retests.find(world.uni.id, {}),
      await t.deliveries.acrossTenantsFind({}),
      await t.auditRecords.find(world.uni.id, {}),
    ])
    expect(JSON.stringify(stored)).not.toContain(SECRET)
    expect(await world.asks('zhou', '已修复 10.1.8.77 弱口令')).toContain('已排队复验')
    const evidence = '账号 root 的候选口令'
    const { id, number, checkKey } = await waiting()
    const set = { engine: 'hydra', evidence, coverage: { host: '10.1.8.77', port: 22, protocol: 'tcp', check: checkKey } }
    await world.core.retests.answer(world.uni.id, id, answer({ ...set, outcome: 'undecided' }))
    await world.core.retests.answer(world.uni.id, id, answer({ ...set, outcome: 'found' }))
    await world.asks('zhou', `已修复 ${number}`)
    await world.core.retests.answer(world.uni.id, (await waiting()).id, answer(set))
    const more = [...(await world.announce()).map(textOf), await world.asks('zhou', `漏洞 ${number}`)].join('\n')
    expect(more).toContain('【复验通过】')
    expect(more).toContain('仍存在')
    expect(more).toContain('没有结论')
    expect(more).not.toContain('root')
  })
})

describe('两高一弱', () => {
  it('counts the three, names owners and rate, and gives the table', async () => {
    const number = await critical()
    await hydra(['10.1.8.77'])
    const text = await world.asks('chen', '两高一弱')

    expect(text).toContain('高危漏洞：1 项')
    expect(text).toContain('高危端口：1 项')
    expect(text).toContain('弱口令：1 项')
    expect(text).toContain('周老师 1')
    await world.asks('zhou', `已修复 ${number}`)
    await world.core.retests.answer(world.uni.id, (await waiting()).id, answer())
    expect(await world.asks('chen', '两高一弱')).toContain('高危漏洞：0 项，整改率 100%（已改 1）')

    const [, file] = await world.says('chen', '两高一弱 导出')
    const bytes = Buffer.from(file?.message.kind === 'file' ? file.message.file.base64 : '', 'base64')
    const rows = await world.core.tables.read('x.xlsx', bytes, 100)
    expect(rows.map(({ cells }) => cells.slice(0, 5))).toEqual([
      ['类别', '未整改', '超期', '已整改', '整改率'],
      ['高危漏洞', '0', '0', '1', '100%'],
      ['高危端口', '1', '0', '0', '0%'],
      ['弱口令', '1', '0', '0', '0%'],
    ])
  })
})
