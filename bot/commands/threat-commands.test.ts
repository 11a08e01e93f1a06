import { beforeEach, describe, expect, it } from 'vitest'
import { openBotWorld, textOf, type BotWorld } from '../../tests/support/bot-world.js'
import type { ArchivedRecord, ArchiveQuestion } from '../../core/ports/archive.js'
import { makeAlertFlow } from '../../core/threats/alert-flow.js'
import type { Hit } from '../../core/threats/hit.js'
import type { Tenant } from '../../core/tenants/tenant.js'

const asked: (ArchiveQuestion & { tenantId: string })[] = []
let records: ArchivedRecord[] = []
let reached: string | undefined
let world: BotWorld
let offset = 0

beforeEach(async () => {
  asked.length = 0
  records = []
  reached = undefined
  world = await openBotWorld({
    archive: {
      search(tenantId, question) {
        asked.push({ ...question, tenantId })
        return Promise.resolve({ records, matched: records.length, reached: reached ?? question.from })
      },
    },
    content: {
      indicators: [
        { type: 'ipv4', value: '198.51.100.23', kind: 'c2', confidence: 0.9, source: '甲', addedAt: '2026-11-20T00:00:00.000Z' },
        { type: 'cidr', value: '198.51.100.0/24', kind: 'scanner', confidence: 0.6, source: '乙', tlp: 'red' },
        { type: 'domain', value: 'evil.example', kind: 'mining', confidence: 0.9, source: '丙', expires: '2026-01-01T00:00:00.000Z' },
        { type: 'url', value: 'files.example/a', kind: 'malware', confidence: 0.9, source: '丁' },
      ],
      warnings: [{ name: '公共域名解析', effect: 'ignore', networks: ['8.8.8.8'], domains: [] }],
    },
  })
})

const raise = (tenant: Tenant, ...hits: Partial<Hit>[]) =>
  makeAlertFlow({ transactions: world.transactions }).raise(
    tenant,
    hits.map(more => ({
      modelId: 'intel-match',
      ruleId: 'ipv4:198.51.100.23',
      title: '情报碰撞',
      eventType: 'malicious_encrypted_c2',
      severity: 'high',
      attackResult: 'unknown',
      at: '2026-11-24T01:30:00.000Z',
      victim: { host: 'web1', ip: '10.20.1.5' },
      attacker: { ip: '198.51.100.23' },
      count: 3,
      attack: ['T1071'],
      reason: '访问了远控地址',
      evidence: [{ raw: 'x', at: '2026-11-24T01:30:00.000Z', position: { file: 'f', offset: ++offset } }],
      strength: 1,
      ...more,
    })),
  )

describe('查', () => {
  it('says what the lists say, what we met and what was done, in eight lines at most', async () => {
    await raise(world.uni, {})
    await raise(world.hos, {})

    const text = await world.asks('chen', '查 198.51.100.23')

    expect(text.split('\n')).toEqual([
      '**198.51.100.23**（地址）已知恶意：远控，2 条情报',
      '· 甲：198.51.100.23 远控，置信度 90%，2026-11-20 收录',
      '· 内部情报：198.51.100.0/24 扫描源，置信度 60%，TLP:RED',
      '本地：近 30 天 1 起事件、3 次，最近 11-24 09:30 IN-uni-261124-001',
      '处置：没有处置过',
      '另有 1 家单位近 30 天也碰到过',
    ])
  })

  it.each([
    ['查 hxxps://www[.]EVIL[.]example/x', '**www.evil.example/x**（网址）情报已过期，仅供参考'],
    ['查 evil.example', '**evil.example**（域名）情报已过期，仅供参考'],
    ['查 http://files.example/a', '**files.example/a**（网址）已知恶意：恶意程序'],
    ['查 8.8.8.8', '**8.8.8.8**（地址）公认正常，不当作恶意'],
    ['查 203.0.113.99', '**203.0.113.99**（地址）未见于情报（不等于安全）'],
    ['这个 IP 是坏的吗 198.51.100.23', '**198.51.100.23**（地址）已知恶意：远控，2 条情报'],
    [`查 ${'AB'.repeat(32)}`, `**${'ab'.repeat(32)}**（文件 SHA-256）未见于情报（不等于安全）`],
  ])('%s', async (sentence, first) => {
    expect((await world.asks('xu', sentence)).split('\n')[0]).toBe(first)
  })

  it('asks for what is missing', async () => {
    expect(await world.asks('chen', '查')).toContain('还缺地址、域名、网址或哈希')
  })

  it('shows staff every customer, and a customer no other', async () => {
    await raise(world.hos, {})

    expect(await world.asks('zhang', '查 203.0.113.99', { in: 'ops-1' })).toContain('各单位近 30 天没有碰到过')
    const own = await world.asks('chen', '查 198.51.100.23')
    expect(own).toContain('本地：近 30 天没有碰到过')
    expect(own).not.toContain('IN-hos')
    expect(await world.asks('zhang', '查 198.51.100.23', { in: 'ops-1' })).toContain('IN-hos-261124-001')
  })
})

describe('告警', () => {
  it('lists what was merged, gravest first, with a button for each incident', async () => {
    await raise(world.uni, {}, { victim: { host: 'db1' }, severity: 'critical', eventType: 'ransomware', attacker: { ip: '192.0.2.9' } })
    await raise(world.hos, { victim: { host: 'his01' } })

    const [said] = await world.says('zhou', '告警')

    expect(textOf(said)).toContain('告警 2 条（近 24 小时）')
    expect(textOf(said)).toMatch(/严重：09:30 db1[^]*高危：09:30 web1/)
    expect(textOf(said)).not.toContain('his01')
    expect((await world.cards()).at(-1)?.commands).toEqual({ why0: '为什么 IN-uni-261124-002', why1: '为什么 IN-uni-261124-001' })
  })

  it.each([
    ['告警 高危', 1],
    ['告警 高危以上', 2],
    ['今天高危有几条', 1],
    ['告警 10.20.1.5', 1],
    ['告警 db1', 1],
    ['告警 11-24', 2],
  ])('%s: %i', async (sentence, count) => {
    await raise(world.uni, {}, { victim: { host: 'db1' }, severity: 'critical', attacker: { ip: '192.0.2.9' } })

    expect(await world.asks('zhou', sentence)).toContain(`告警 ${count} 条`)
  })

  it('says when there is none', async () => {
    expect(await world.asks('zhou', '告警 低危 昨天')).toBe('11-23 低危没有告警。')
  })
})

describe('查日志', () => {
  const line = (raw: string, n = 0): ArchivedRecord => {
    return { sourceId: 's', type: 'raw', receivedAt: `2026-11-24T01:00:0${n % 10}.000Z`, raw, position: { file: 'f', offset: n } }
  }

  it('shows the newest lines without secrets, of the own tenant and the day asked for', async () => {
    records = [line('login from 203.0.113.7 password=Hunter2')]

    const text = await world.asks('chen', '查日志 203.0.113.7 昨天')

    expect(text.split('\n')).toEqual([
      '**查日志** 203.0.113.7：已搜到 1 条，最新在前',
      '· 11-24 09:00 `login from 203.0.113.7 password=***`',
    ])
    expect(asked).toMatchObject([
      { tenantId: world.uni.id, text: '203.0.113.7', whole: true, from: '2026-11-22T16:00:00.000Z', to: '2026-11-23T16:00:00.000Z' },
    ])
  })

  it('gives more as a file, and says how far it came', async () => {
    records = Array.from({ length: 20 }, (_, n) => line(`needle ${n}`, n))
    reached = '2026-11-24T00:30:00.000Z'

    const answers = await world.says('chen', '查日志 needle')

    expect(textOf(answers[0])).toContain('已搜到 20 条（搜索到 11-24 08:30 为止，范围太大请缩小），最新在前')
    expect(textOf(answers[0]).split('\n')).toHaveLength(8)
    const { message } = answers[1]!
    if (message.kind !== 'file') throw new Error('no file')
    expect(Buffer.from(message.file.base64, 'base64').toString().split('\n')).toHaveLength(21)
  })

  it('is not for everybody, and needs a word', async () => {
    expect(await world.asks('xu', '查日志 needle')).toContain('需要')
    expect(await world.asks('chen', '查日志')).toContain('还缺关键字或地址')
    expect(asked).toEqual([])
  })
})

describe('相似', () => {
  it('shows staff who else met the same, and says when it is three', async () => {
    const third = await world.change(world.hos, {})
    await raise(world.uni, {})
    await raise(third, { victim: { host: 'web7' } })
    await raise(world.uni, {
      victim: { host: 'other9' },
      ruleId: 'x',
      eventType: 'phishing',
      attacker: { ip: '192.0.2.1' },
      attack: ['T1566'],
    })

    const text = await world.asks('zhang', '相似 IN-uni-261124-001', { in: 'ops-1' })

    expect(text).toContain('近 30 天 1 起，涉及 2 家单位')
    expect(text).toContain('示例医院')
    expect(text).not.toContain('IN-uni-261124-002')
    expect(await world.core.similar.acrossTenantsClusters()).toEqual([])
    await world.transactions.run(async tx => {
      await tx.tenants.insert({ ...world.hos, id: 'tenant-far', tenantId: 'tenant-far', code: 'far', name: '示例工厂' })
    })
    await raise({ ...world.hos, id: 'tenant-far', tenantId: 'tenant-far', code: 'far' }, { victim: { host: 'web2' } })
    expect(await world.asks('zhang', '相似 IN-uni-261124-001', { in: 'ops-1' })).toContain('3 家单位遇到同样的事，建议升级')
    expect(await world.core.similar.acrossTenantsClusters()).toMatchObject([{ tenants: 3 }])
  })

  it('is never said to a customer, nor in a customer’s group', async () => {
    await raise(world.uni, {})
    await raise(world.hos, {})

    for (const who of ['chen', 'zhang'] as const) expect(await world.asks(who, '相似 IN-uni-261124-001')).not.toContain('hos')
  })
})

describe('为什么', () => {
  it('needs no more than eight lines', async () => {
    for (let n = 0; n < 6; n += 1)
      await raise(world.uni, {
        modelId: ['intel-match', 'sigma-rule', 'password-guessing', 'external-alert'][n % 4]!,
        ruleId: `r${n}`,
        attackResult: 'success',
        author: '某作者',
        eventType: (['brute_force', 'web_exploit', 'webshell', 'phishing'] as const)[n % 4]!,
      })

    const text = await world.asks('chen', '为什么 IN-uni-261124-001')

    expect(text.split('\n').length).toBeLessThanOrEqual(8)
    expect(text.split('\n').length).toBeGreaterThan(5)
  })
})
