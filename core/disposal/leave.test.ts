// Leave to act: clauses of the contract, two signatures, what is shared by many, what an address talked to, and what may not go wrong on the way.
import { beforeEach, describe, expect, it } from 'vitest'
import { openBotWorld, textOf, type BotWorld } from '../../tests/support/bot-world.js'
import { FakeFirewall } from '../../tests/support/fake-firewall.js'
import type { Transactions, Tx } from '../ports/transaction.js'
import { defaultSettings, type LeaveClause } from '../tenants/tenant.js'
import { DisposalExecutor } from './disposal-executor.js'
import { DisposalService } from './disposal-service.js'

const CLAUSE: LeaveClause = { id: 'PA-1', actions: ['block_ip'], networks: ['10.20.0.0/16'], hours: '22:00-12:00', maxSeconds: 43_200 }
let world: BotWorld
let firewall: FakeFirewall
beforeEach(async () => {
  world = await openBotWorld()
  firewall = new FakeFirewall()
})
const execute = async (): Promise<void> => {
  const { transactions, clock, core } = world
  const executor = new DisposalExecutor({ transactions, devices: firewall, clock, logger: core.logger, owner: 'o' })
  while ((await executor.runDue()) > 0);
}
const stored = (number: string) => world.transactions.read(t => t.disposals.first(world.uni.id, { number }))
const propose = (set: { ip?: string; seconds?: number; number?: string } = {}, by: 'zhang' | 'wang' = 'zhang') =>
  world.core.disposals.proposeBlock(world.actor(by), { tenantId: world.uni.id, ip: '203.0.113.7', seconds: 3_600, ...set })
const preauthorised = (clauses: readonly LeaveClause[] = [CLAUSE]) =>
  world.change(world.uni, { authorizationMode: 'preauthorized', settings: { clauses } })
const told = async (): Promise<string> => (await world.announce()).map(row => `${row.chatId} ${textOf(row)}`).join('\n')

describe('a clause of the contract', () => {
  it('is leave to act at once, told at once to both rooms, and taken back like any other', async () => {
    await preauthorised()
    const { incident } = await world.incident({ state: 'confirmed' })

    const { disposal, clause } = await propose({ number: incident.number })
    const words = await told()
    await execute()

    expect(clause).toBe('PA-1')
    expect(words).toMatch(/g-uni .*已按预授权 PA-1执行：封禁 203\.0\.113\.7/)
    expect(await stored(disposal.number)).toMatchObject({ state: 'verified', decidedBy: 'clause:PA-1' })
    expect(await world.ticketOf(incident)).toMatchObject({ state: 'eradicating' })
    expect(await world.audited()).toContain('disposal.preauthorised')
    expect(await world.asks('li', `@管家 撤销 ${disposal.number}`)).toContain('正在解除')
  })

  it.each([
    ['longer than it allows', { seconds: 43_201 }, [CLAUSE]],
    ['outside its hours', {}, [{ ...CLAUSE, hours: '12:00-22:00' }]],
    ['for another network', {}, [{ ...CLAUSE, networks: ['10.99.0.0/16'] }]],
    ['for another act', {}, [{ ...CLAUSE, actions: ['isolate_host'] as const }]],
    ['without one', {}, []],
  ])('is none %s: the customer is asked', async (_, set, clauses) => {
    await preauthorised(clauses)
    const { incident } = await world.incident({ state: 'confirmed' })

    expect((await propose({ ...set, number: incident.number })).disposal.state).toBe('requested')
  })

  it('that was taken out of the contract before the act stops it', async () => {
    await preauthorised()
    const { incident } = await world.incident({ state: 'confirmed' })
    const { disposal } = await propose({ number: incident.number })
    await preauthorised([])
    await execute()

    expect(await stored(disposal.number)).toMatchObject({ state: 'failed', leaseUntil: null })
    expect(firewall.calls).toEqual([])
  })

  it('means nothing in the other modes', async () => {
    await world.change(world.uni, { authorizationMode: 'notify', settings: { clauses: [CLAUSE] } })

    await expect(propose()).rejects.toMatchObject({ code: 'NOTIFY_ONLY' })
  })
})

describe('two signatures', () => {
  it('of the customer and of a senior expert cut a machine off, in either order, and people are told to do it', async () => {
    const proposed = await world.asks('zhang', '隔离 10.20.1.5 24h uni', { in: 'ops-1' })
    const number = /DP-uni-\d+-\d+/.exec(proposed)![0]
    const first = await world.asks('li', `@管家 同意 ${number}`)
    const half = await stored(number)
    const second = await world.asks('wang', `会签 ${number}`, { in: 'exp-1' })
    await execute()

    expect(first).toContain('还要高级专家签字')
    expect(half).toMatchObject({ state: 'requested', decidedBy: null })
    expect(second).toContain('双签完成')
    expect(await stored(number)).toMatchObject({ state: 'approved', decidedBy: 'li', nextTryAt: null })
    expect(await told()).toContain('请人工执行：隔离 10.20.1.5')
    expect(firewall.calls).toEqual([])
  })

  it('are not two of one side, and not of an analyst', async () => {
    const { disposal } = await world.core.disposals.proposeIsolation(world.actor('zhang'), {
      tenantId: world.uni.id,
      target: '10.20.1.5',
      seconds: 3_600,
    })
    await world.asks('li', `@管家 同意 ${disposal.number}`)

    expect(await world.asks('chen', `@管家 同意 ${disposal.number}`)).toContain('签字')
    expect(await world.asks('zhao', `会签 ${disposal.number}`, { in: 'ops-1' })).toContain('高级专家')
    expect((await stored(disposal.number))?.state).toBe('requested')
  })

  it('are needed beyond the hour’s limit and for an address many share; an analyst may not even ask', async () => {
    const shared = new DisposalService(world.transactions, { whose: () => ({ words: '内容分发网络', effect: 'shared' }) })
    const order = { tenantId: world.uni.id, ip: '203.0.113.7', seconds: 3_600 }

    await expect(shared.proposeBlock(world.actor('zhang'), order)).rejects.toMatchObject({ code: 'ADDRESS_SHARED' })
    const { disposal } = await shared.proposeBlock(world.actor('wang'), order)
    expect(disposal.signatures).toMatchObject([{ by: 'wang', side: 'service' }])
    await world.asks('li', `@管家 同意 ${disposal.number}`)
    await execute()
    expect((await stored(disposal.number))?.state).toBe('verified')
  })
})

describe('a request', () => {
  it('is not written when its audit row cannot be', async () => {
    const broken: Transactions = {
      ...world.transactions,
      run: work =>
        world.transactions.run(async tx => {
          const result = await work({
            ...tx,
            audit: (entry: Parameters<Tx['audit']>[0]) => tx.audit({ ...entry, details: { big: 1n } }),
          })
          return result
        }),
    }
    const service = new DisposalService(broken)
    const order = { tenantId: world.uni.id, ip: '203.0.113.7', seconds: 3_600 }

    await expect(service.proposeBlock(world.actor('zhang'), order)).rejects.toThrow()
    expect(await world.transactions.read(t => t.disposals.find(world.uni.id, {}))).toEqual([])
    expect(await world.announced()).toEqual([])
    expect(await world.audited()).toEqual([])
  })

  it('that is taken back is told to the customer', async () => {
    const disposal = await world.requested('203.0.113.7')
    await world.asks('zhang', `撤销 ${disposal.number}`, { in: 'ops-1' })

    expect(await told()).toMatch(/g-uni .*已由张工（分析师）收回/)
  })

  it('says which assets talked to the address, whose it is, and when nobody could look', async () => {
    const raw = (text: string) => ({
      raw: text,
      sourceId: 's',
      type: 'raw',
      receivedAt: '2026-11-24T01:00:00.000Z',
      position: { file: 'f', offset: 0 },
    })
    const records = [
      raw('src=10.20.1.5 dst=203.0.113.7'),
      raw('10.20.1.5 -> 203.0.113.7'),
      raw('10.20.9.9 203.0.113.7'),
      raw('8.8.8.8 203.0.113.7'),
    ]
    const archive = { search: () => Promise.resolve({ records, matched: 4, reached: '2026-11-23T02:00:00.000Z' }) }
    const knowing = new DisposalService(world.transactions, { archive, clock: world.clock, whose: () => ({ words: '某运营商' }) })
    const dead = new DisposalService(world.transactions, {
      archive: { search: () => Promise.reject(new Error('disk')) },
      clock: world.clock,
    })
    const order = { tenantId: world.uni.id, seconds: 3_600 }

    const { disposal } = await knowing.proposeBlock(world.actor('zhang'), { ...order, ip: '203.0.113.7' })
    const other = await dead.proposeBlock(world.actor('zhang'), { ...order, ip: '203.0.113.8' })

    expect(disposal.effect.lines.join('\n')).toContain('24 小时内有 2 台资产与它往来：10.20.1.5（2 条）、10.20.9.9（1 条）')
    expect(disposal.effect.lines.join('\n')).toContain('归属：某运营商')
    expect(other.disposal.effect.lines.join('\n')).toContain('日志暂时查不了')
  })

  it('of a case whose other measure failed carries the ticket on when it is agreed to', async () => {
    const { incident } = await world.incident({ state: 'confirmed', attackers: ['203.0.113.7', '203.0.113.8'] })
    const first = (await propose({ number: incident.number })).disposal
    const second = (await propose({ number: incident.number, ip: '203.0.113.8' })).disposal
    await world.asks('li', `@管家 同意 ${first.number}`)
    await world.transactions.run(tx =>
      tx.devices.update(world.uni.id, { id: world.device.id }, { protects: ['10.20.0.0/16', '203.0.113.7/32'] }),
    )
    await execute()
    const afterFailure = (await world.ticketOf(incident)).state
    await world.asks('li', `@管家 同意 ${second.number}`)
    await execute()

    expect((await stored(first.number))?.state).toBe('failed')
    expect(afterFailure).toBe('confirmed')
    expect((await stored(second.number))?.state).toBe('verified')
    expect((await world.ticketOf(incident)).state).toBe('eradicating')
  })

  it('of a P1 lives an hour, unless the customer set it shorter', async () => {
    const { incident } = await world.incident({ state: 'confirmed', priority: 'P1' })
    const { disposal } = await propose({ number: incident.number })
    await world.change(world.uni, { settings: { approvalSeconds: 600 } })
    const short = await propose({ number: incident.number, ip: '203.0.113.9' })

    expect(defaultSettings.approvalSeconds).toBe(1_800)
    expect(Date.parse(disposal.expiresAt) - world.clock.now()).toBe(3_600_000)
    expect(Date.parse(short.disposal.expiresAt) - world.clock.now()).toBe(600_000)
  })

  it('from a customer goes to the analysts, who get the button that asks formally', async () => {
    const answer = await world.asks('zhou', '@管家 封禁 203.0.113.7 2h')
    const [card] = (await world.announce()).filter(({ chatId }) => chatId === 'ops-1')

    expect(answer).toContain('已转值班分析师核对')
    expect(textOf(card)).toContain('客户申请封禁')
    expect(await world.asks('xu', '@管家 封禁 203.0.113.7')).toContain('请由他来做')
    expect(await world.transactions.read(t => t.disposals.find(world.uni.id, {}))).toEqual([])
  })
})
