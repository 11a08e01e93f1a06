// Applies declarations to a real temporary SQLite database: what is written, what is refused, what is never shown.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase, type OpenDatabase } from '../../../adapters/database/data-source.js'
import { makeTransactions } from '../../../adapters/database/transactions.js'
import { makeSecretBox } from '../../../adapters/shared/secret-box.js'
import { makeIds } from '../../../adapters/shared/uuid-v7.js'
import type { Disposal, DisposalState } from '../../disposal/disposal.js'
import { isAppError } from '../../errors.js'
import { systemClock } from '../../ports/clock.js'
import type { Tables, Transactions } from '../../ports/transaction.js'
import { openRobotKeys } from '../robot-keys.js'
import { sealContext } from '../sealing.js'
import { PLATFORM, type Tenant } from '../tenant.js'
import { applyDeclaration } from './apply-declaration.js'
import { describeChange } from './describe-change.js'
import { hashToken } from './hash-token.js'
import { readDeclaration } from './read-declaration.js'

const example = readFileSync(new URL('../../../content/examples/declaration.yaml', import.meta.url), 'utf8')
const secrets = makeSecretBox('test-key')

let folder: string
let database: OpenDatabase
let transactions: Transactions

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'guanjia-apply-'))
  database = await openDatabase(`sqlite:${join(folder, 'test.db')}`)
  await database.source.runMigrations()
  transactions = makeTransactions(database, { clock: systemClock, ids: makeIds(systemClock), secrets })
})

afterEach(async () => {
  await database.source.destroy()
  rmSync(folder, { recursive: true, force: true })
})

interface Options {
  readonly dryRun?: boolean
  readonly box?: typeof secrets
  readonly deviceKinds?: readonly string[]
}

/** Applies and tells the changes as the CLI would. */
async function apply(text: string, { dryRun = false, box = secrets, deviceKinds }: Options = {}): Promise<string[]> {
  const needs = { transactions, secrets: box, ...(deviceKinds && { deviceKinds }) }
  const changes = await applyDeclaration(needs, readDeclaration(text, 'x.yaml'), { dryRun, actor: 'cli' })
  return changes.map(describeChange)
}

async function refusal(text: string, options: Options = {}): Promise<{ readonly line: unknown; readonly problem: unknown }> {
  const before = await everything()
  try {
    await apply(text, options)
  } catch (error) {
    if (!isAppError(error, 'FILE_INVALID')) throw error
    expect(await everything()).toEqual(before)
    return { line: error.facts['line'], problem: error.facts['problem'] }
  }
  throw new Error('it was applied')
}

const read = <T>(work: (tables: Tables) => Promise<T>): Promise<T> => transactions.read(work)

const everything = () =>
  read(async t =>
    Promise.all(
      [t.tenants, t.people, t.groups, t.robots, t.sources, t.devices, t.letters, t.auditRecords].map(table =>
        table.acrossTenantsFind({}, { order: { id: 'asc' } }),
      ),
    ),
  )

async function tenantOf(code: string): Promise<Tenant> {
  const [tenant] = await read(t => t.tenants.acrossTenantsFind({ code }))
  if (!tenant) throw new Error(`no tenant ${code}`)
  return tenant
}

const base = `robots: [{ name: main, botId: aib-1, secret: geheim-robot }]
staff: [{ userid: liu, name: 刘经理, role: customer_manager }]
`
const tenants = (...blocks: string[]) => `tenants:\n${blocks.join('\n')}`
const tenant = (code: string, ...lines: string[]) =>
  [`  - code: ${code}`, `    name: ${code}`, ...lines.map(line => `    ${line}`)].join('\n')

describe('applying the example', () => {
  it('creates everything it declares, under the tenant it belongs to', async () => {
    const lines = await apply(example)

    const [uni, hos] = [await tenantOf('uni'), await tenantOf('hos')]
    expect(uni).toMatchObject({ id: uni.tenantId, name: '示例大学', industry: 'education', manager: 'liu', timeZone: 'Asia/Shanghai' })
    expect(uni.settings).toMatchObject({ firstReportWaitSeconds: 3, observeSeconds: { P1: 20, P4: 20 }, approvalSeconds: 1800 })
    const people = await read(t => t.people.find(hos.id, {}))
    expect(people.map(person => person.role).sort()).toEqual(['approver', 'operator', 'owner', 'viewer'])
    expect(await read(t => t.people.count(PLATFORM, {}))).toBe(6)
    const rooms = await read(t => t.groups.find(PLATFORM, {}, { order: { chatId: 'asc' } }))
    expect(rooms.map(room => [room.chatId, room.kind])).toEqual([
      ['exp-1', 'expert'],
      ['ops-1', 'ops'],
    ])
    expect(await read(t => t.sources.first(uni.id, { name: 'edge' }))).toMatchObject({
      type: 'syslog',
      tokenHash: hashToken('demo-uni-edge-token-0001'),
      networks: ['10.20.0.0/16'],
    })
    expect(await read(t => t.letters.find(uni.id, {}))).toMatchObject([
      { number: 'AU-uni-1', validFrom: '2025-12-31T16:00:00.000Z', validTo: '2026-12-31T15:59:59.999Z', window: '22:00-06:00' },
    ])
    expect(await read(t => t.tenants.get(PLATFORM, PLATFORM))).toMatchObject({ code: 'platform', name: '平台' })
    expect(lines).toContain('新增 单位 uni 示例大学')
    expect(lines).toContain('新增 设备 hos/fw1')
    expect(lines).toContain('新增 工作人员 zhang 张工')
  })

  it('a second time changes nothing and writes nothing', async () => {
    await apply(example)
    const before = await everything()

    expect(await apply(example)).toEqual([])

    expect(await everything()).toEqual(before)
  })

  it('as a dry run tells the same and writes nothing', async () => {
    const empty = await everything()

    const planned = await apply(example, { dryRun: true })

    expect(await everything()).toEqual(empty)
    expect(planned).toEqual(await apply(example))
    expect(await apply(example, { dryRun: true })).toEqual([])
  })
})

describe('secrets', () => {
  const secretive = (secret: string, webhook: string, credential: string) =>
    `robots: [{ name: main, botId: aib-1, secret: ${secret} }]\n${tenants(
      tenant(
        'uni',
        `groups: [{ chatid: g, name: g, robot: main, webhook: "https://x.example/?key=${webhook}" }]`,
        'sources: [{ name: a, type: json, token: geheim-token }]',
        `devices: [{ name: fw1, kind: nftables, address: "ssh://root@10.0.0.1", credential: ${credential} }]`,
      ),
    )}`

  it('are sealed each for its own row', async () => {
    await apply(secretive('geheim-1', 'geheim-2', 'geheim-3'))

    const uni = await tenantOf('uni')
    const [robot, group, device] = await read(async t => [
      await t.robots.first(PLATFORM, { name: 'main' }),
      await t.groups.first(uni.id, { chatId: 'g' }),
      await t.devices.first(uni.id, { name: 'fw1' }),
    ])
    expect(secrets.open(robot!.secret, sealContext('robot', robot!.id))).toBe('geheim-1')
    expect(secrets.open(group!.webhook!, sealContext('group', group!.id))).toBe('https://x.example/?key=geheim-2')
    expect(secrets.open(device!.credential!, sealContext('device', device!.id))).toBe('geheim-3')
    expect(() => secrets.open(device!.credential!, sealContext('group', device!.id))).toThrow()
  })

  it('that change are named, never shown', async () => {
    await apply(secretive('geheim-1', 'geheim-2', 'geheim-3'))

    const lines = await apply(secretive('geheim-4', 'geheim-5', 'geheim-6').replace('geheim-token', 'geheim-other'))

    expect(lines).toEqual([
      '修改 机器人 main：secret',
      '修改 管家群 uni/g：webhook',
      '修改 日志源 uni/a：token',
      '修改 设备 uni/fw1：credential',
    ])
    expect(JSON.stringify(await everything())).not.toContain('geheim')
  })

  it('that are not given any more are forgotten', async () => {
    await apply(secretive('geheim-1', 'geheim-2', 'geheim-3'))

    expect(await apply(secretive('geheim-1', 'geheim-2', '""').replace(', credential: ""', ''))).toEqual(['修改 设备 uni/fw1：credential'])

    expect(await read(t => t.devices.acrossTenantsFind({}))).toMatchObject([{ credential: null }])
  })

  it('sealed with another key are sealed anew', async () => {
    await apply(secretive('geheim-1', 'geheim-2', 'geheim-3'))
    const box = makeSecretBox('another-key')

    const lines = await apply(secretive('geheim-1', 'geheim-2', 'geheim-3'), { box })

    expect(lines).toEqual(['修改 机器人 main：secret', '修改 管家群 uni/g：webhook', '修改 设备 uni/fw1：credential'])
    const robot = (await read(t => t.robots.find(PLATFORM, {})))[0]!
    expect(box.open(robot.secret, sealContext('robot', robot.id))).toBe('geheim-1')
  })
})

describe('the audit trail', () => {
  it('has one row for each tenant touched, without values', async () => {
    await apply(base + tenants(tenant('uni', 'sources: [{ name: a, type: json, token: geheim-token }]'), tenant('hos')))
    await apply(base + tenants(tenant('uni', 'mlpsLevel: 4'), tenant('hos')))

    const [uni, hos] = [await tenantOf('uni'), await tenantOf('hos')]
    const rows = await read(t => t.auditRecords.find(uni.id, {}, { order: { seq: 'asc' } }))
    expect(rows).toMatchObject([
      { actor: 'cli', action: 'declaration.applied', subject: 'uni' },
      { details: { changes: [{ kind: 'update', what: 'tenant', id: 'uni', fields: ['mlpsLevel'] }] } },
    ])
    expect(rows[0]?.details).toEqual({
      changes: [
        { kind: 'create', what: 'tenant', id: 'uni', fields: [] },
        { kind: 'create', what: 'source', id: 'a', fields: [] },
      ],
    })
    expect(await read(t => t.auditRecords.count(hos.id, {}))).toBe(1)
    expect(await read(t => t.auditRecords.count(PLATFORM, {}))).toBe(1)
    expect(JSON.stringify(await everything())).not.toContain('geheim')
  })
})

describe('what is not in the file', () => {
  const full = tenant(
    'uni',
    'mlpsLevel: 4',
    'manager: liu',
    'settings: { approvalSeconds: 60, firstReportWaitSeconds: 1 }',
    'people: [{ userid: a, name: 甲, role: owner }, { userid: b, name: 乙, role: viewer }]',
    'groups: [{ chatid: g1, name: g1, robot: main }, { chatid: g2, name: g2, robot: main }]',
    'sources: [{ name: s1, type: json, token: token-0001 }, { name: s2, type: json, token: token-0002 }]',
    'devices: [{ name: d1, kind: simulated, address: "simulated:d1" }, { name: d2, kind: simulated, address: "simulated:d2" }]',
    'letters: [{ id: l1, targets: [10.0.0.0/8], from: 2026-01-01, to: 2026-12-31, kinds: [discovery] }]',
  )

  it('stays when its key is absent', async () => {
    await apply(base + tenants(full))

    expect(await apply(tenants(tenant('uni')))).toEqual([])
    expect(await tenantOf('uni')).toMatchObject({ mlpsLevel: 4, manager: 'liu', settings: { approvalSeconds: 60 } })
  })

  it('is removed when its list is there', async () => {
    await apply(base + tenants(full))
    const shorter = tenant(
      'uni',
      'people: [{ userid: B, name: 乙, role: approver }]',
      'groups: [{ chatid: g2, name: g2, robot: main }]',
      'sources: []',
      'devices: [{ name: d1, kind: simulated, address: "simulated:d1" }]',
      'letters: []',
    )

    expect(await apply(tenants(shorter))).toEqual([
      '修改 人员 uni/b 乙：role',
      '移除 人员 uni/a 甲',
      '移除 管家群 uni/g1',
      '移除 日志源 uni/s1',
      '移除 日志源 uni/s2',
      '移除 设备 uni/d2',
      '移除 授权书 uni/l1',
    ])
    expect(await apply(tenants(shorter))).toEqual([])
    expect(await read(t => t.people.acrossTenantsFind({ userId: { oneOf: ['a', 'b'] } }))).toMatchObject([
      { userId: 'b', role: 'approver' },
    ])
  })

  it('stays with the tenants that are not named', async () => {
    await apply(base + tenants(full))
    const before = await tenantOf('uni')

    await apply(tenants(tenant('hos', 'people: [{ userid: a, name: 丙, role: owner }]', 'sources: []', 'devices: []', 'groups: []')))

    expect(await tenantOf('uni')).toEqual(before)
    expect(await read(t => t.people.find(before.id, { userId: 'a' }))).toMatchObject([{ name: '甲' }])
    expect(await read(t => t.devices.count(before.id, {}))).toBe(2)
  })

  it('goes back to its default when it was a setting', async () => {
    await apply(base + tenants(full))

    expect(await apply(tenants(tenant('uni', 'settings: { approvalSeconds: 90 }')))).toEqual([
      '修改 单位 uni：settings.firstReportWaitSeconds, settings.approvalSeconds',
    ])
    expect((await tenantOf('uni')).settings).toMatchObject({ firstReportWaitSeconds: 60, approvalSeconds: 90 })
  })

  it('is the default in a new tenant', async () => {
    await apply(tenants(tenant('uni')))

    expect(await tenantOf('uni')).toMatchObject({
      industry: 'general',
      mlpsLevel: 2,
      authorizationMode: 'notify',
      timeZone: 'Asia/Shanghai',
      manager: null,
    })
  })
})

describe('what all tenants share', () => {
  it('is taken away only by retiring it', async () => {
    await apply(`${base}rooms: { ops: { chatid: ops-1, robot: main } }\n`)

    expect(await apply('staff: []\nrobots: []\nrooms: {}')).toEqual([])
    expect(await apply('retired: { staff: [LIU, nobody], robots: [other] }')).toEqual(['移除 工作人员 liu 刘经理'])
  })

  it('has one room of a kind: another chat takes its place', async () => {
    await apply(`${base}rooms: { ops: { chatid: ops-1, robot: main }, expert: { chatid: exp-1, robot: main } }\n`)

    expect(await apply('rooms: { ops: { chatid: ops-2, robot: main } }')).toEqual(['新增 内部群 ops-2 运营群', '移除 内部群 ops-1 运营群'])
  })

  it('may exchange its rooms', async () => {
    await apply(`${base}rooms: { ops: { chatid: r1, robot: main }, expert: { chatid: r2, robot: main } }\n`)

    await apply('rooms: { ops: { chatid: r2, robot: main }, expert: { chatid: r1, robot: main } }')

    expect(await read(t => t.groups.find(PLATFORM, {}, { order: { chatId: 'asc' } }))).toMatchObject([
      { chatId: 'r1', kind: 'expert' },
      { chatId: 'r2', kind: 'ops' },
    ])
  })

  it('is kept while it is needed', async () => {
    await apply(base + tenants(tenant('uni', 'manager: liu', 'groups: [{ chatid: g, name: g, robot: main }]')))

    expect(await refusal('retired:\n  staff: [liu]')).toEqual({
      line: 2,
      problem: 'retired.staff[0]：“liu”还是单位 uni 的客户经理，请先换人',
    })
    expect(await refusal('retired:\n  robots:\n    - main')).toEqual({
      line: 3,
      problem: 'retired.robots[0]：群 g 还在用机器人“main”，不能移除',
    })
    expect(await apply(`retired: { staff: [liu], robots: [main] }\n${tenants(tenant('uni', 'manager: null', 'groups: []'))}`)).toEqual([
      '移除 机器人 main',
      '移除 工作人员 liu 刘经理',
      '修改 单位 uni：manager',
      '移除 管家群 uni/g',
    ])
  })
})

describe('a source', () => {
  const two = (a: string, b: string) =>
    base + tenants(tenant('uni', 'sources:', `  - { name: a, type: json, token: ${a} }`, `  - { name: b, type: json, token: ${b} }`))

  it('may exchange its token with another', async () => {
    await apply(two('token-0001', 'token-0002'))

    expect(await apply(two('token-0002', 'token-0001'))).toEqual(['修改 日志源 uni/a：token', '修改 日志源 uni/b：token'])
    expect(await read(t => t.sources.acrossTenantsFind({ tokenHash: hashToken('token-0001') }))).toMatchObject([{ name: 'b' }])
  })

  it('may take over the token of one that goes', async () => {
    await apply(two('token-0001', 'token-0002'))

    await apply(tenants(tenant('uni', 'sources: [{ name: c, type: json, token: token-0001 }]')))

    expect(await read(t => t.sources.acrossTenantsFind({}))).toMatchObject([{ name: 'c', tokenHash: hashToken('token-0001') }])
  })

  it('of syslog needs no token, and none is found by an empty one', async () => {
    const text = tenants(
      tenant('uni', 'sources: [{ name: a, type: syslog, from: [192.0.2.0/24] }]'),
      tenant('hos', 'sources: [{ name: a, type: syslog, from: [198.51.100.0/24] }]'),
    )

    await apply(text)

    expect(await apply(text)).toEqual([])
    expect(await read(t => t.sources.acrossTenantsFind({ tokenHash: hashToken('') }))).toEqual([])
  })
})

describe('is refused with its line, and nothing is written:', () => {
  const held =
    base +
    tenants(
      tenant(
        'hos',
        'groups: [{ chatid: g-hos, name: g, robot: main }]',
        'people: [{ userid: huang, name: 黄, role: owner }]',
        'sources: [{ name: edge, type: syslog, token: token-hos, from: [10.30.0.0/16] }]',
        'devices: [{ name: fw1, kind: simulated, address: "simulated:x" }]',
      ),
    )

  it.each([
    [
      'a robot nobody declared',
      tenants(tenant('uni', 'groups:', '  - { chatid: g, name: g, robot: other }')),
      5,
      '机器人“other”没有声明，请写在 robots 里',
    ],
    ['a room with a robot nobody declared', 'rooms:\n  ops:\n    chatid: o\n    robot: other', 4, '机器人“other”没有声明'],
    ['a manager who is no staff', tenants(tenant('uni', 'mlpsLevel: 3', 'manager: huang')), 5, '“huang”不是工作人员'],
    [
      'a chat of another tenant',
      tenants(tenant('uni', 'groups: [{ chatid: g-hos, name: g, robot: main }]')),
      4,
      '群 g-hos 已属于单位 hos，不能再声明给单位 uni',
    ],
    ['a chat of a tenant as a room', 'rooms: { ops: { chatid: g-hos, robot: main } }', 1, '群 g-hos 已属于单位 hos，不能再声明给平台'],
    [
      'a bot id under another name',
      'robots:\n  - name: second\n    botId: aib-1\n    secret: s',
      3,
      'botId 已由机器人“main”使用，不能再给“second”',
    ],
    [
      'a token of another tenant',
      tenants(tenant('uni', 'sources: [{ name: a, type: json, token: token-hos }]')),
      4,
      'token 与日志源 hos/edge 的相同',
    ],
    [
      'senders of another tenant',
      tenants(tenant('uni', 'sources:', '  - { name: a, type: syslog, from: [10.20.0.0/16, 10.30.1.0/24] }')),
      5,
      '网段 10.30.1.0/24 与单位 hos 的日志源 edge（10.30.0.0/16）重叠',
    ],
    ['staff who are customers already', 'staff:\n  - { userid: Huang, name: 黄, role: analyst }', 2, '不能既是工作人员又是客户人员'],
    [
      'customers who are staff already',
      tenants(tenant('uni', 'people: [{ userid: LIU, name: 刘, role: owner }]')),
      4,
      '不能既是工作人员又是客户人员',
    ],
  ])('%s', async (_, text, line, problem) => {
    await apply(held)

    expect(await refusal(text)).toEqual({ line, problem: expect.stringContaining(problem) as string })
    expect(await refusal(text, { dryRun: true })).toMatchObject({ line })
  })

  it('everything at once', async () => {
    await apply(held)

    expect(await refusal(tenants(tenant('uni', 'manager: nobody', 'groups: [{ chatid: g-hos, name: g, robot: other }]')))).toEqual({
      line: 4,
      problem: expect.stringMatching(/^共 3 处问题：第 4 行 .*nobody.*；第 5 行 .*other.*；第 5 行 .*g-hos/) as string,
    })
  })

  it('a device that no driver serves, when the drivers are known', async () => {
    expect(await refusal(held, { deviceKinds: ['nftables'] })).toEqual({ line: 9, problem: 'tenants[0].devices[0].kind：只能是 nftables' })
    expect(await apply(held, { deviceKinds: ['nftables', 'simulated'] })).toContain('新增 设备 hos/fw1')
  })

  it.each<[DisposalState, string | null]>([
    ['approved', null],
    ['executing', null],
    ['succeeded', null],
    ['partial', null],
    ['verified', null],
    ['requested', '2026-11-24T00:00:00.000Z'],
    ['failed', '2026-11-24T00:00:00.000Z'],
  ])('to remove a device, or to put another kind in its place, while a disposal on it is %s', async (state, nextTryAt) => {
    await apply(held)
    await disposalOnDevice({ state, nextTryAt })

    expect(await refusal(tenants(tenant('hos', 'devices: []')))).toEqual({
      line: 4,
      problem: 'tenants[0].devices：设备 fw1 上还有未了结的处置 DP-hos-261124-001，了结后才能移除',
    })
    expect(await refusal(tenants(tenant('hos', 'devices:', '  - { name: fw1, kind: nftables, address: "local:" }')))).toMatchObject({
      line: 5,
    })
    expect(await apply(tenants(tenant('hos', 'devices: [{ name: fw1, kind: simulated, address: "simulated:moved" }]')))).toEqual([
      '修改 设备 hos/fw1：address',
    ])
  })

  it.each<DisposalState>(['released', 'rejected', 'expired', 'failed'])('not to remove a device whose disposal is %s', async state => {
    await apply(held)
    await disposalOnDevice({ state, nextTryAt: null })

    expect(await apply(tenants(tenant('hos', 'devices: []')))).toEqual(['移除 设备 hos/fw1'])
  })
})

async function disposalOnDevice(with_: Pick<Disposal, 'state' | 'nextTryAt'>): Promise<void> {
  const hos = await tenantOf('hos')
  const device = await read(t => t.devices.first(hos.id, { name: 'fw1' }))
  const at = '2026-11-24T00:00:00.000Z'
  await transactions.run(tx =>
    tx.disposals.insert({
      id: tx.id(),
      tenantId: hos.id,
      number: 'DP-hos-261124-001',
      incidentId: null,
      action: 'block_ip',
      target: '203.0.113.7',
      seconds: 3600,
      reason: '',
      effect: { lines: [], earlierBlocks: 0 },
      proposedBy: 'zhang',
      proposedAt: at,
      expiresAt: at,
      decidedBy: null,
      decidedAt: null,
      decisionChannel: null,
      deviceId: device!.id,
      attempts: 0,
      claimedBy: null,
      claimedUntil: null,
      executedAt: null,
      verifiedAt: null,
      leaseUntil: null,
      releaseWanted: null,
      releasedAt: null,
      receipts: [],
      error: null,
      traceId: 't',
      ...with_,
    }),
  )
}

describe('a robot in callback mode', () => {
  const callback =
    'robots: [{ name: cb, botId: aib-cb, mode: callback, token: abc123, aesKey: abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG }]'
  const inGroup = (rest: string) => `${callback}\n${tenants(tenant('uni', `groups: [{ chatid: g, name: 群, robot: cb${rest} }]`))}`

  it('is kept with its keys sealed, and applied again changes nothing', async () => {
    expect(await apply(inGroup(', webhook: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k"'))).toHaveLength(4)

    const row = (await read(t => t.robots.first(PLATFORM, { name: 'cb' })))!
    expect(row).toMatchObject({ mode: 'callback', wsUrl: null })
    expect(JSON.stringify(row)).not.toContain('abcdefghij')
    expect(openRobotKeys(secrets, row)).toEqual({ token: 'abc123', aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG' })
    expect(await apply(inGroup(', webhook: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k"'))).toEqual([])
  })

  it('needs a webhook in each group, for what nobody asked', async () => {
    expect((await refusal(inGroup(''))).problem).toContain('只能回答；群 g 要写 webhook')
    expect((await refusal(inGroup(', form: external_relay, webhook: "https://x.example/?key=k"'))).problem).toContain('external_relay')
  })

  it.each([
    ['robots: [{ name: cb, botId: b, mode: callback, token: abc123 }]', '缺少 aesKey'],
    ['robots: [{ name: cb, botId: b, mode: callback, token: abc123, aesKey: short }]', '43'],
    ['robots: [{ name: cb, botId: b, secret: s, token: abc123 }]', '没有 token'],
    ['robots: [{ name: cb, botId: b }]', '缺少 secret'],
  ])('%s is refused', async (text, problem) => {
    expect((await refusal(text)).problem).toContain(problem)
  })
})
