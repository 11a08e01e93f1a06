import { describe, expect, it } from 'vitest'
import { normalise } from '../../normalise/normalise.js'
import type { ModelRun } from '../define-model.js'
import type { Hit, JudgedEvent } from '../hit.js'
import type { Indicator } from '../indicators/indicator.js'
import { IndicatorSet } from '../indicators/indicator-set.js'
import { WarningLists } from '../indicators/warning-lists.js'
import { SigmaRuleSet } from '../sigma/rule-set.js'
import { intelMatch } from './intel-match.js'

const receivedAt = '2026-11-24T23:00:00.000Z'
const known = { confidence: 0.9, source: '示例情报' } as const
const indicators: readonly Indicator[] = [
  { ...known, type: 'ipv4', value: '198.51.100.23', kind: 'c2' },
  { ...known, type: 'domain', value: 'pool.example', kind: 'mining' },
  { ...known, type: 'ipv4', value: '203.0.113.66', kind: 'scanner' },
]

function model(params: object = {}): ModelRun {
  return intelMatch.create(intelMatch.params.parse(params), { rules: new SigmaRuleSet([]), indicators: new IndicatorSet(indicators) })
}

function event(seconds: number, fields: object): JudgedEvent {
  const at = new Date(Date.parse('2026-11-24T00:00:00Z') + seconds * 1000).toISOString()
  return { event: normalise({ raw: JSON.stringify({ '@timestamp': at, ...fields }), type: 'json', receivedAt }), receivedAt }
}
const knock = (seconds: number, action = 'allow', victim = '10.0.0.1'): JudgedEvent =>
  event(seconds, { source: { ip: '203.0.113.66' }, destination: { ip: victim, port: 443 }, event: { action } })
const call = (seconds: number, victim = '10.1.2.3'): JudgedEvent =>
  event(seconds, { source: { ip: victim }, destination: { ip: '198.51.100.23', port: 443 } })
const judge = (run: ModelRun, events: readonly JudgedEvent[]): Hit[] => events.flatMap(one => run.push(one))

describe('intelligence match', () => {
  it('takes a call to a command server graver than a knock at the door', () => {
    const [out] = judge(model(), [call(0)])
    const [into] = judge(model(), [knock(0)])

    expect(out).toMatchObject({
      ruleId: 'ipv4:198.51.100.23',
      eventType: 'malicious_encrypted_c2',
      severity: 'high',
      attackResult: 'unknown',
      victim: { ip: '10.1.2.3' },
      attacker: { ip: '198.51.100.23' },
      strength: 1,
      reason: '10.1.2.3 访问了远控 198.51.100.23（情报 198.51.100.23，置信度 90%，来源 示例情报）',
    })
    expect(into).toMatchObject({
      eventType: 'scan_probe',
      severity: 'medium',
      victim: { ip: '10.0.0.1' },
      attacker: { ip: '203.0.113.66' },
      strength: 0.4,
    })
  })

  it('says little while everything is blocked, and more at once when something comes through', () => {
    const hits = judge(model(), [knock(0, 'deny'), knock(1, 'deny'), knock(2, 'allow'), knock(3, 'deny')])

    expect(hits.map(hit => [hit.severity, hit.attackResult])).toEqual([
      ['low', 'blocked'],
      ['medium', 'unknown'],
    ])
  })

  it('speaks once per ten minutes about the same indicator and victim, with the count so far', () => {
    const hits = judge(
      model(),
      Array.from({ length: 1_201 }, (_, n) => call(n)),
    )

    expect(hits.map(hit => hit.count)).toEqual([1, 601, 1_201])
    expect(hits[1]!.reason).toContain('10 分钟内累计 601 次')
  })

  it('speaks about every victim', () => {
    expect(judge(model(), [call(0), call(1, '10.1.2.4')]).map(hit => hit.victim.ip)).toEqual(['10.1.2.3', '10.1.2.4'])
  })

  it('names the client of a look-up as the victim and no attacker, for the answering server is none', () => {
    const [hit] = judge(model(), [
      event(0, { source: { ip: '10.1.2.3' }, destination: { ip: '10.0.0.53', port: 53 }, dns: { question: { name: 'eu.Pool.example' } } }),
    ])

    expect(hit).toMatchObject({ eventType: 'cryptomining', victim: { ip: '10.1.2.3' }, attack: ['T1496'] })
    expect(hit!.attacker).toBeUndefined()
    expect(hit!.reason).toContain('10.1.2.3 解析了矿池 eu.Pool.example（情报 pool.example')
  })

  describe('with warning lists', () => {
    const warnings = new WarningLists([
      { name: '内网', effect: 'ignore', networks: ['10.0.0.0/8', '198.51.100.53'], domains: ['big.example'] },
      { name: '分发网络', effect: 'shared', networks: ['203.0.113.0/24'], domains: [] },
    ])
    const lists: readonly Indicator[] = [
      { ...known, type: 'cidr', value: '198.51.100.0/24', kind: 'c2' },
      { ...known, type: 'domain', value: 'big.example', kind: 'c2' },
      { ...known, type: 'ipv4', value: '203.0.113.9', kind: 'c2', tlp: 'red', family: '示例家族', addedAt: '2026-11-20T01:00:00.000Z' },
      { ...known, type: 'url', value: 'big.example/bad', kind: 'malware', source: '甲' },
      {
        ...known,
        type: 'domain',
        value: 'www.big.example',
        kind: 'malware',
        lastSeen: '2026-11-20T00:00:00.000Z',
        firstSeen: '2020-01-01T00:00:00.000Z',
      },
    ]
    const run = () =>
      intelMatch.create(intelMatch.params.parse({}), { rules: new SigmaRuleSet([]), indicators: new IndicatorSet(lists), warnings })

    it('says nothing about what no list may call bad, also inside a bad network', () => {
      expect(
        judge(run(), [event(0, { destination: { ip: '198.51.100.53' } }), event(1, { dns: { question: { name: 'big.example' } } })]),
      ).toEqual([])
      expect(judge(run(), [event(0, { destination: { ip: '198.51.100.54' } })])).toHaveLength(1)
    })

    it('gives a shared address three tenths, and says family, day of arrival and why, but not a secret source', () => {
      const [hit] = judge(run(), [event(0, { destination: { ip: '203.0.113.9', port: 443 } })])

      expect(hit!.strength).toBeCloseTo(0.3)
      expect(hit!.reason).toContain(
        '（情报 203.0.113.9，家族 示例家族，置信度 90%，来源 内部情报，2026-11-20 收录，属于分发网络，按三成计）',
      )
    })

    it('takes a bad page of a good site, and counts from the last time it was seen', () => {
      const hits = judge(run(), [
        event(0, { source: { ip: '10.1.1.1' }, url: { full: 'https://WWW.big.example/x' } }),
        event(1, { url: { full: 'http://big.example/bad#a' } }),
      ])

      expect(hits.map(hit => hit.ruleId)).toEqual(['domain:www.big.example', 'url:big.example/bad'])
    })
  })

  it('looks behind brackets and ports of a host', () => {
    const set = new IndicatorSet([
      { ...known, type: 'ipv4:port', value: '198.51.100.9:8080', kind: 'c2' },
      { ...known, type: 'ipv6', value: '2001:db8::9', kind: 'c2' },
    ])
    const run = intelMatch.create(intelMatch.params.parse({}), { rules: new SigmaRuleSet([]), indicators: set })

    const hits = judge(run, [
      event(0, { url: { full: 'http://198.51.100.9:8080/x' } }),
      event(1, { url: { full: 'https://[2001:DB8::9]:8443/x' } }),
      event(2, { url: { full: 'http://198.51.100.9/x' } }),
    ])

    expect(hits.map(hit => hit.ruleId)).toEqual(['ipv4:port:198.51.100.9:8080', 'ipv6:2001:db8::9'])
  })

  it('bears anything a JSON source may hold', () => {
    const run = model()

    const odd = [
      { dns: 'x', url: 7, file: [1], tls: { client: null }, destination: { ip: ['198.51.100.23'] } },
      { dns: { question: [{ name: 'pool.example' }], resolved_ip: [1, null, '198.51.100.23'] } },
      { url: { full: 'http://[', domain: { a: 1 } }, file: { hash: { md5: {}, sha256: 'x'.repeat(10_000) } } },
      { url: { full: 'https://pool.example/x'.padEnd(5_000, 'y') } },
    ].map((fields, n) => event(n, fields))

    expect(() => judge(run, odd)).not.toThrow()
  })
})
