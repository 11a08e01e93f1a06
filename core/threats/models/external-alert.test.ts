import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalise } from '../../normalise/normalise.js'
import { splitAlerts } from '../../normalise/split-alerts.js'
import type { ModelMaterials, ModelRun } from '../define-model.js'
import type { Hit, JudgedEvent } from '../hit.js'
import { IndicatorSet } from '../indicators/indicator-set.js'
import { groupKey, mergeKey } from '../merge-key.js'
import { SigmaRuleSet } from '../sigma/rule-set.js'
import { eventTypeOfAlert } from './alert-meaning.js'
import { externalAlert } from './external-alert.js'

const materials: ModelMaterials = { rules: new SigmaRuleSet([]), indicators: new IndicatorSet() }
const start = Date.parse('2026-11-24T08:00:00.000Z')
const model = (params: object = {}): ModelRun => externalAlert.create(externalAlert.params.parse(params), materials)
const after = (minutes: number): string => new Date(start + minutes * 60_000).toISOString()

/** An alert of Alertmanager as it is heard so many minutes after it began. */
function heard(minutes: number, labels: object = {}, more: object = {}): JudgedEvent {
  const body = {
    status: 'firing',
    labels: { alertname: 'HostDown', instance: '10.0.0.1:9100', severity: 'critical', ...labels },
    annotations: { summary: 'web1 is down' },
    startsAt: after(0),
    fingerprint: 'aa',
    ...more,
  }
  return event(JSON.stringify(body), minutes, 'alertmanager')
}
function event(raw: string, minutes = 0, type = 'json'): JudgedEvent {
  const receivedAt = after(minutes)
  return { event: normalise({ raw, type, receivedAt, peer: '192.0.2.200' }), receivedAt, position: { file: 'f', offset: minutes } }
}
const over = (minutes: number): JudgedEvent => heard(minutes, {}, { status: 'resolved', endsAt: after(minutes) })
const judge = (run: ModelRun, events: readonly JudgedEvent[]): Hit[] => events.flatMap(one => run.push(one))

describe('external alerts', () => {
  it('carry what the product says', () => {
    expect(judge(model(), [heard(1, { src_ip: '203.0.113.7', user: 'bob' })])).toEqual([
      {
        modelId: 'external-alert',
        ruleId: 'HostDown',
        title: 'HostDown',
        eventType: 'policy_violation',
        severity: 'critical',
        attackResult: 'unknown',
        at: after(0),
        victim: { ip: '10.0.0.1' },
        attacker: { ip: '203.0.113.7' },
        userName: 'bob',
        count: 1,
        attack: [],
        reason: 'Alertmanager 告警“HostDown”：web1 is down，级别严重',
        evidence: [{ raw: expect.stringContaining('HostDown') as string, at: after(0), position: { file: 'f', offset: 1 } }],
        strength: 0.8,
        fingerprint: 'alertmanager:aa',
      },
    ])
  })

  it('repeated unchanged say nothing for four hours, then how often they were heard', () => {
    const hits = judge(model(), [heard(0), heard(5), heard(239), heard(240), heard(300), heard(480)])

    expect(hits.map(hit => [hit.at, hit.count])).toEqual([
      [after(0), 1],
      [after(240), 4],
      [after(480), 6],
    ])
    expect(hits[1]!.reason).toContain('4 小时内累计通知 4 次')
    expect(judge(model({ repeatSeconds: 60 }), [heard(0), heard(2)])).toHaveLength(2)
  })

  it('say at once when their severity changes', () => {
    const hits = judge(model(), [heard(0, { severity: 'warning' }), heard(5), heard(6), heard(7, { severity: 'warning' })])

    expect(hits.map(hit => hit.severity)).toEqual(['medium', 'critical', 'medium'])
    expect(hits[1]).toMatchObject({ at: after(5), reason: expect.stringContaining('级别由中危变为严重') as string })
  })

  it('are over when their product says so, once, under the keys they came with', () => {
    const hits = judge(model(), [heard(0), over(25), over(26), heard(30)])

    expect(hits.map(hit => [hit.resolved, hit.strength, hit.severity])).toEqual([
      [undefined, 0.8, 'critical'],
      [true, 0, 'critical'],
      [undefined, 0.8, 'critical'],
    ])
    expect(hits[1]).toMatchObject({ at: after(25), reason: 'Alertmanager 报告“HostDown”已恢复，持续 25 分钟' })
    expect(new Set(hits.map(hit => mergeKey(hit, 'UTC'))).size).toBe(1)
  })

  it('find their beginning again when the recovery has another title', () => {
    const hits = judge(model(), [
      event('{"title":"web1 挖矿外联","severity":"high","id":"7","host":"web1"}'),
      event('{"title":"恢复","status":"resolved","id":"7"}', 1),
    ])

    expect(hits.map(hit => [hit.eventType, hit.fingerprint])).toEqual([
      ['cryptomining', 'json:7'],
      ['cryptomining', 'json:7'],
    ])
  })

  it('that nobody heard of before are not over', () => {
    expect(judge(model(), [over(5)])).toEqual([])
  })

  it('of one rule on one host are one incident, on two hosts two', () => {
    const hundred = Array.from({ length: 100 }, (_, n) => heard(0, { mountpoint: `/${n}` }, { fingerprint: `f${n}` }))
    const hits = judge(model(), [...hundred, heard(0, { instance: '10.0.0.2:9100' }, { fingerprint: 'other' })])

    expect(new Set(hits.map(hit => mergeKey(hit, 'UTC'))).size).toBe(101)
    expect([...new Set(hits.map(hit => groupKey(hit, 'UTC')))]).toEqual(['10.0.0.1|external:HostDown', '10.0.0.2|external:HostDown'])
  })

  it('name the business system when no machine is named, never the one that sent the alert', () => {
    expect(judge(model(), [heard(0, { instance: '', job: 'shop' })])[0]!.victim).toEqual({ host: 'shop' })
    expect(judge(model(), [heard(0, { instance: '' })])[0]!.victim).toEqual({})
  })

  it('blame the outer side when one of ours went out', () => {
    const [hit] = judge(model(), [event('{"title":"外联","severity":"high","src_ip":"10.0.0.5","dst_ip":"8.8.4.4"}')])

    expect(hit).toMatchObject({ victim: { ip: '10.0.0.5' }, attacker: { ip: '8.8.4.4' } })
  })

  it('that began long ago happen when we hear of them', () => {
    expect(judge(model(), [heard(3 * 1_440)])[0]!.at).toBe(after(3 * 1_440))
    expect(judge(model(), [heard(0, {}, { startsAt: after(9_000) })])[0]!.at).toBe(after(0))
  })

  it('can be muted and held to a least severity by the tenant', () => {
    expect(judge(model({ muted: ['HostDown'] }), [heard(0)])).toEqual([])
    expect(judge(model({ minSeverity: 'high' }), [heard(0, { severity: 'warning' })])).toEqual([])
    expect(judge(model({ minSeverity: 'high' }), [heard(0)])).toHaveLength(1)
  })

  it('of several products with one id are several', () => {
    const hits = judge(model(), [
      heard(0, {}, { fingerprint: '7' }),
      event('{"title":"x","severity":"high","id":"7"}'),
      event('{"hash":"7","rule_name":"x","severity":1,"is_recovered":false}'),
    ])

    expect(hits.map(hit => hit.fingerprint)).toEqual(['alertmanager:7', 'json:7', 'nightingale:7'])
  })

  it('are remembered within bounds, and saved within narrower ones', () => {
    const run = model()
    const alert = heard(0)
    const withId = (id: string): JudgedEvent => ({ ...alert, event: { ...alert.event, event: { ...alert.event.event, id } } })
    for (let n = 0; n < 50_001; n++) run.push(withId(`${'f'.repeat(50)}${n}`))

    expect(run.push(withId(`${'f'.repeat(50)}50000`))).toEqual([])
    expect(run.push(withId(`${'f'.repeat(50)}0`))).toHaveLength(1)
    expect(JSON.stringify(run.snapshot()).length).toBeLessThan(600_000)

    const restarted = model()
    restarted.restore(JSON.parse(JSON.stringify(run.snapshot())))
    expect(restarted.push(withId(`${'f'.repeat(50)}50000`))).toEqual([])
  })

  it('never throw and stay bounded, whatever is sent; a good alert beside is heard', () => {
    const values = fc.oneof(
      fc.jsonValue(),
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constantFrom('critical', 'resolved', '__proto__', '10.0.0.1:9'),
    )
    const labels = fc.dictionary(
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('alertname', 'instance', 'severity', '__proto__')),
      values,
    )
    const alert = fc.oneof(
      fc.record(
        { labels, annotations: labels, status: values, startsAt: values, endsAt: values, fingerprint: values },
        { requiredKeys: ['labels'] },
      ),
      values,
    )
    const generic = fc.dictionary(
      fc.constantFrom(
        'title',
        'name',
        'severity',
        'level',
        'status',
        'id',
        'host',
        'ip',
        'labels',
        'rule_name',
        'hash',
        'event_severity',
        'event_name',
        'event_value',
        'trigger_id',
        'is_recovered',
        'tags',
      ),
      values,
    )
    fc.assert(
      fc.property(fc.array(alert, { maxLength: 6 }), fc.array(generic, { maxLength: 4 }), (alerts, objects) => {
        const run = model()
        const good = { labels: { alertname: 'good', host: 'h' }, status: 'firing', fingerprint: 'good' }
        const records = splitAlerts(JSON.stringify({ alerts: [...alerts, good] })).records.map(raw => event(raw, 0, 'alertmanager'))
        const hits = judge(run, [...records, ...objects.map(object => event(JSON.stringify(object)))])

        expect(hits.some(hit => hit.fingerprint === 'alertmanager:good')).toBe(true)
        expect(hits.length).toBeLessThanOrEqual(alerts.length + 1 + objects.length)
        for (const hit of hits) {
          expect(hit.reason).toMatch(/^[^\p{Cc}]{5,600}$/u)
          expect(hit.title.length).toBeLessThanOrEqual(200)
          expect(hit.fingerprint!.length).toBeLessThanOrEqual(80)
          expect(mergeKey(hit, 'UTC').length).toBeLessThanOrEqual(300)
          expect(groupKey(hit, 'UTC').length).toBeLessThanOrEqual(300)
        }
        expect(() => run.restore(JSON.parse(JSON.stringify(run.snapshot())))).not.toThrow()
      }),
      { numRuns: 400, seed: 5 },
    )
  })
})

describe('the event type of an alert', () => {
  it.each([
    ['挖矿外联', 'cryptomining'],
    ['RansomwareDetected', 'ransomware'],
    ['SSHBruteForce', 'brute_force'],
    ['ssh_login_failures', 'brute_force'],
    ['发现 WebShell', 'webshell'],
    ['SQL 注入攻击', 'web_exploit'],
    ['Port scan detected', 'scan_probe'],
    ['网页篡改', 'defacement'],
    ['DDoS 攻击', 'ddos'],
    ['C2 beacon', 'malicious_encrypted_c2'],
    ['CVE-2021-44228', 'critical_vuln_advisory'],
    ['HostDown', 'policy_violation'],
    ['BlackboxProbeFailed', 'policy_violation'],
    ['NodeResourceSaturated', 'policy_violation'],
    ['', 'policy_violation'],
  ])('%s is %s', (name, type) => {
    expect(eventTypeOfAlert(name)).toBe(type)
  })

  it('is also told by the category', () => {
    expect(judge(model(), [event('{"title":"异常","severity":"high","category":"勒索"}')])[0]!.eventType).toBe('ransomware')
  })
})
