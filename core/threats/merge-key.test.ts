import { describe, expect, it } from 'vitest'
import type { Hit } from './hit.js'
import { groupKey as groupKeyIn, isScanNoise, mergeKey as mergeKeyIn } from './merge-key.js'

const groupKey = (one: Hit) => groupKeyIn(one, 'Asia/Shanghai')
const mergeKey = (one: Hit) => mergeKeyIn(one, 'Asia/Shanghai')

const hit = (more: Partial<Hit> = {}): Hit => ({
  modelId: 'external-alert',
  ruleId: 'HostDown',
  title: 'HostDown',
  eventType: 'policy_violation',
  severity: 'high',
  attackResult: 'unknown',
  at: '2026-11-24T08:00:00.000Z',
  victim: { ip: '10.0.0.1', host: 'web1' },
  attacker: { ip: '203.0.113.7' },
  count: 1,
  attack: [],
  reason: 'x',
  evidence: [],
  strength: 0.8,
  ...more,
})

describe('keys of hits', () => {
  it('without a fingerprint hold the victim and the attacker’s network', () => {
    expect(groupKey(hit())).toBe('10.0.0.1|203.0.113.0/24')
    expect(mergeKey(hit())).toBe('policy_violation|10.0.0.1|203.0.113.0/24')
    expect(mergeKey(hit({ attacker: { ip: '2001:db8:1:2::3' } }))).toBe('policy_violation|10.0.0.1|2001:db8:1::/48')
  })

  it('with a fingerprint merge by it and group by victim and rule', () => {
    const one = hit({ fingerprint: 'alertmanager:aa' })
    const another = hit({ fingerprint: 'alertmanager:bb', attacker: { ip: '198.51.100.1' } })

    expect([mergeKey(one), mergeKey(another)]).toEqual(['policy_violation|alertmanager:aa', 'policy_violation|alertmanager:bb'])
    expect(groupKey(one)).toBe('10.0.0.1|external:HostDown')
    expect(groupKey(another)).toBe(groupKey(one))
    expect(groupKey(hit({ fingerprint: 'x', victim: { host: 'web2' } }))).toBe('web2|external:HostDown')
  })

  it('of the internet’s scanning are the local day, whoever scans whom', () => {
    const scan = (ip: string, more: Partial<Hit> = {}) => hit({ eventType: 'scan_probe', severity: 'medium', attacker: { ip }, ...more })

    expect(groupKey(scan('203.0.113.7', { at: '2026-11-24T16:30:00.000Z' }))).toBe('scan-noise|2026-11-25')
    expect(mergeKey(scan('198.51.100.7', { victim: { ip: '10.9.9.9' } }))).toBe('scan_probe|scan-noise|2026-11-24')
  })

  it.each([
    ['from inside', { attacker: { ip: '10.1.2.3' } }],
    ['from inside, wrapped', { attacker: { ip: '::ffff:192.168.1.1' } }],
    ['without a source', { attacker: undefined }],
    ['that succeeded', { attackResult: 'success' }],
    ['that is grave', { severity: 'high' }],
    ['another product judged', { fingerprint: 'x' }],
  ] as const)('scanning %s is no noise', (_, more) => {
    expect(isScanNoise({ ...hit({ eventType: 'scan_probe', severity: 'medium' }), ...more } as Hit)).toBe(false)
  })

  it('fit into their columns', () => {
    const long = hit({ fingerprint: `alertmanager:${'f'.repeat(64)}`, ruleId: 'r'.repeat(500), victim: { host: 'h'.repeat(500) } })

    expect(groupKey(long).length).toBeLessThanOrEqual(300)
    expect(mergeKey(long).length).toBeLessThanOrEqual(300)
  })
})
