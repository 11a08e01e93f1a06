import { describe, expect, it } from 'vitest'
import { normalise } from '../../normalise/normalise.js'
import type { ModelRun } from '../define-model.js'
import type { Hit, JudgedEvent } from '../hit.js'
import { IndicatorSet } from '../indicators/indicator-set.js'
import { compileRules } from '../sigma/compile-rules.js'
import type { SigmaRule } from '../sigma/rule.js'
import { eventTypeOf, techniquesOf } from './sigma-meaning.js'
import { sigmaRule } from './sigma-rule.js'

const receivedAt = '2026-11-24T08:30:00.000Z'
const text = `title: Probe
id: 11111111-0000-4000-8000-000000000001
author: A. Author, B. Author
references: [https://example.org/a]
tags: [attack.initial-access, attack.t1190, attack.t1110.001, cve.2021-1]
logsource: { category: webserver }
detection: { s: { c-uri|contains: probe }, condition: s }
level: critical
`
const materials = { rules: compileRules([{ file: 'rules/probe.yml', text }]).ruleSet, indicators: new IndicatorSet() }

function model(params: object = {}): ModelRun {
  return sigmaRule.create(sigmaRule.params.parse(params), materials)
}
function request(n: number, { ip = '192.0.2.7', status = 200 } = {}): JudgedEvent {
  const at = `24/Nov/2026:08:${String(Math.floor(n / 60) % 60).padStart(2, '0')}:${String(n % 60).padStart(2, '0')} +0800`
  const raw = `www.example.org:443 ${ip} - bob [${at}] "GET /probe?n=${n} HTTP/1.1" ${status} 12 "-" "curl/8"`
  return { event: normalise({ raw, type: 'raw', receivedAt, peer: '10.0.0.80' }), receivedAt }
}
const judge = (run: ModelRun, events: readonly JudgedEvent[]): Hit[] => events.flatMap(one => run.push(one))

describe('Sigma rules', () => {
  it('carry what the alert needs: author, references, techniques, both parties', () => {
    const [hit] = judge(model(), [request(0)])

    expect(hit).toMatchObject({
      modelId: 'sigma-rule',
      ruleId: '11111111-0000-4000-8000-000000000001',
      title: 'Probe',
      author: 'A. Author, B. Author',
      references: ['https://example.org/a'],
      eventType: 'brute_force',
      severity: 'critical',
      attackResult: 'unknown',
      attack: ['T1190', 'T1110.001'],
      victim: { ip: '10.0.0.80' },
      attacker: { ip: '192.0.2.7' },
      userName: 'bob',
      count: 1,
      strength: 0.5,
      reason: '请求 GET /probe?n=0（应答 200）命中严重规则“Probe”',
    })
  })

  it.each([
    [404, 'failed', 0.1],
    [403, 'failed', 0.1],
    [401, 'unknown', 0.5],
    [500, 'unknown', 0.5],
  ])('say of an answer %i only what it proves', (status, attackResult, strength) => {
    expect(judge(model(), [request(0, { status })])).toMatchObject([{ attackResult, strength }])
  })

  it('turn a flood of one attacker into a few hits with the count so far', () => {
    const hits = judge(
      model(),
      Array.from({ length: 3_000 }, (_, n) => request(n)),
    )

    expect(hits.map(hit => hit.count)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048])
  })

  it('turn a flood of forged addresses into a bounded number of hits', () => {
    const hits = judge(
      model(),
      Array.from({ length: 3_000 }, (_, n) => request(n, { ip: `203.0.${n >> 8}.${n & 255}` })),
    )

    expect(hits.length).toBeGreaterThanOrEqual(200)
    expect(hits.length).toBeLessThan(210)
  })

  it('can be muted and held to a least severity by the tenant', () => {
    expect(judge(model({ muted: ['11111111-0000-4000-8000-000000000001'] }), [request(0)])).toEqual([])
    expect(judge(model({ minSeverity: 'critical' }), [request(0)])).toHaveLength(1)
  })
})

describe('meaning of a rule', () => {
  const rule = (tags: string[], logsource: SigmaRule['logsource'] = {}): SigmaRule => ({
    id: 'x',
    title: 'x',
    level: 'low',
    tags,
    references: [],
    falsepositives: [],
    fields: [],
    logsource,
    file: 'x',
  })

  it.each([
    [['attack.t1505.003', 'attack.t1190'], 'webshell'],
    [['attack.t1190'], 'web_exploit'],
    [['attack.command-and-control'], 'malicious_encrypted_c2'],
    [['attack.T1496.001'], 'cryptomining'],
    [['attack.persistence', 'attack.t1136.001'], 'unauthorized_change'],
    [['attack.constructor'], 'policy_violation'],
    [[], 'policy_violation'],
  ])('%j is %s', (tags, expected) => {
    expect(eventTypeOf(rule(tags))).toBe(expected)
  })

  it('takes what hits a web server for an attempt to exploit it, unless a technique says otherwise', () => {
    expect(eventTypeOf(rule(['attack.persistence'], { category: 'webserver' }))).toBe('web_exploit')
    expect(eventTypeOf(rule(['attack.t1595'], { category: 'webserver' }))).toBe('scan_probe')
  })

  it('reads techniques only from tags that are techniques', () => {
    expect(techniquesOf(rule(['attack.t1110.001', 'attack.g0020', 'cve.2021-1', 'attack.T1190']))).toEqual(['T1110.001', 'T1190'])
  })
})

describe('correlations', () => {
  const rules = `title: Failed
id: 22222222-0000-4000-8000-000000000001
name: failed
author: First Author
logsource: { category: webserver }
detection: { s: { sc-status: 401 }, condition: s }
level: high
---
title: Many failures
id: 22222222-0000-4000-8000-000000000002
author: Second Author
tags: [attack.t1110]
correlation: { type: event_count, rules: [failed], group-by: [c-ip], timespan: 5m, condition: { gte: 5 } }
level: high
`
  const ruleSet = compileRules([{ file: 'x', text: rules, origin: { license: 'DRL 1.1', link: 'https://rules.example' } }]).ruleSet
  const make = () => sigmaRule.create(sigmaRule.params.parse({}), { rules: ruleSet, indicators: new IndicatorSet() })
  const failed = (n: number): JudgedEvent => request(n * 10, { status: 401 })

  it('give one hit with who, how many, the lines, and every author', () => {
    const hits = judge(
      make(),
      Array.from({ length: 8 }, (_, n) => failed(n)),
    )

    expect(hits).toHaveLength(1)
    expect(hits[0]).toMatchObject({ ruleId: '22222222-0000-4000-8000-000000000002', eventType: 'brute_force', count: 5, severity: 'high' })
    expect(hits[0]?.reason).toContain('5 分钟内有 5 个事件符合（c-ip=')
    expect(hits[0]?.author).toBe('Second Author（DRL 1.1，rules.example）；First Author')
    expect(hits[0]?.evidence).toHaveLength(5)
    expect(hits[0]?.attacker).toBeDefined()
  })

  it('go on after a restart as if nothing had happened', () => {
    const first = make()
    judge(first, [failed(0), failed(1), failed(2)])
    const second = make()
    second.restore(JSON.parse(JSON.stringify(first.snapshot())))

    const hits = judge(second, [failed(3), failed(4)])

    expect(hits.map(hit => [hit.count, hit.evidence.length])).toEqual([[5, 5]])
  })

  it('save a bounded state under a flood of groups', () => {
    const detector = make()
    judge(
      detector,
      Array.from({ length: 20_000 }, (_, n) => request(n, { status: 401, ip: `203.${n >> 16}.${(n >> 8) & 255}.${n & 255}` })),
    )

    expect(JSON.stringify(detector.snapshot()).length).toBeLessThan(500_000)
  })
})
