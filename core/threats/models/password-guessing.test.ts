import { describe, expect, it } from 'vitest'
import { normalise } from '../../normalise/normalise.js'
import type { ModelRun } from '../define-model.js'
import type { Hit, JudgedEvent } from '../hit.js'
import { IndicatorSet } from '../indicators/indicator-set.js'
import { SigmaRuleSet } from '../sigma/rule-set.js'
import { passwordGuessing } from './password-guessing.js'

const start = Date.parse('2026-11-24T00:00:00.000Z')
const receivedAt = '2026-11-24T08:30:00.000Z'

function model(params: object = {}): ModelRun {
  return passwordGuessing.create(passwordGuessing.params.parse(params), { rules: new SigmaRuleSet([]), indicators: new IndicatorSet() })
}

function json(raw: string): JudgedEvent {
  return { event: normalise({ raw, type: 'json', receivedAt }), receivedAt }
}

function line(seconds: number, text: string, host = 'web1'): JudgedEvent {
  const raw = `${new Date(start + seconds * 1000).toISOString()} ${host} ${text}`
  return { event: normalise({ raw, type: 'syslog', receivedAt }), receivedAt }
}
const failed = (seconds: number, port = 40_000 + Math.round(seconds * 10), user = 'root', ip = '192.0.2.7'): JudgedEvent =>
  line(seconds, `sshd[${port - 30_000}]: Failed password for ${user} from ${ip} port ${port} ssh2`)
const accepted = (seconds: number, user = 'root', ip = '192.0.2.7'): JudgedEvent =>
  line(seconds, `sshd[7]: Accepted password for ${user} from ${ip} port 59999 ssh2`)
const many = (count: number, event: (n: number) => JudgedEvent): JudgedEvent[] => Array.from({ length: count }, (_, n) => event(n))
const judge = (run: ModelRun, events: readonly JudgedEvent[]): Hit[] => events.flatMap(event => run.push(event))

describe('password guessing', () => {
  it('says who, where, how often and with which accounts', () => {
    const users = ['hadoop', 'admin', 'root', 'git', 'test', 'oracle']

    const [hit] = judge(
      model(),
      many(10, n => failed(n, 40_000 + n, users[n % 6])),
    )

    expect(hit).toMatchObject({
      modelId: 'password-guessing',
      eventType: 'brute_force',
      severity: 'medium',
      attackResult: 'failed',
      at: '2026-11-24T00:00:09.000Z',
      victim: { host: 'web1' },
      attacker: { ip: '192.0.2.7' },
      count: 10,
      title: 'SSH 口令猜解',
      reason: '5 分钟内来自 192.0.2.7 的 SSH 登录失败 10 次，涉及账号 hadoop、admin 等 6 个',
    })
    expect(hit?.evidence.map(one => one.at.slice(17, 19))).toEqual(['00', '06', '07', '08', '09'])
  })

  it('stays bounded while the attack goes on, and carries the count so far', () => {
    const hits = judge(
      model(),
      many(10_300, n => failed(n / 10, 10_000 + n)),
    )

    expect(hits.slice(0, 4).map(hit => hit.count)).toEqual([10, 20, 40, 80])
    expect(hits.map(hit => hit.count).at(-1)).toBe(10_240)
    expect(hits).toHaveLength(11)
  })

  it('does not fall silent for more than an hour of a slow but steady attack', () => {
    const hits = judge(
      model(),
      many(24 * 120, n => failed(n * 30, 10_000 + n)),
    )

    const times = hits.map(hit => Date.parse(hit.at))
    const gaps = times.slice(1).map((time, n) => time - times[n]!)

    expect(Math.max(...gaps)).toBeLessThanOrEqual(3_630_000)
    expect(hits.length).toBeLessThan(40)
  })

  it('says that a login succeeded after the failures, once per account', () => {
    const hits = judge(model(), [...many(10, n => failed(n)), accepted(60), accepted(61), accepted(62, 'admin')])

    expect(hits.map(hit => [hit.ruleId, hit.severity, hit.attackResult, hit.userName])).toEqual([
      ['failures', 'medium', 'failed', 'root'],
      ['then-succeeded', 'high', 'success', 'root'],
      ['then-succeeded', 'high', 'success', 'admin'],
    ])
    expect(hits[1]).toMatchObject({ succeeded: true, count: 10, strength: 1, attack: ['T1110.001', 'T1078'] })
  })

  it.each([
    ['an hour after the last failure', 9 + 3_600, 1],
    ['later than that', 9 + 3_601, 0],
  ])('counts a success %s', (_, seconds, expected) => {
    const hits = judge(model(), [...many(10, n => failed(n)), accepted(seconds)])

    expect(hits.filter(hit => hit.succeeded)).toHaveLength(expected)
  })

  it.each([
    ['from another address', accepted(60, 'root', '192.0.2.8')],
    ['at another host', line(60, 'sshd[7]: Accepted password for root from 192.0.2.7 port 59999 ssh2', 'web2')],
    ['that came before', accepted(-1)],
    [
      'that is a log-off',
      json(
        '{"@timestamp":"2026-11-24T00:01:00Z","event":{"category":["authentication"],"type":["end"],"outcome":"success"},"host":{"name":"web1"},"source":{"ip":"192.0.2.7"}}',
      ),
    ],
  ])('does not take a success %s for this one', (_, success) => {
    const hits = judge(model(), [...many(10, n => failed(n)), success])

    expect(hits.map(hit => hit.ruleId)).toEqual(['failures'])
  })

  it.each([
    [
      'invalid user before',
      ['Invalid user bob from 192.0.2.7 port {p}', 'Failed password for invalid user bob from 192.0.2.7 port {p} ssh2'],
    ],
    [
      'invalid user after',
      ['Failed password for invalid user bob from 192.0.2.7 port {p} ssh2', 'Invalid user bob from 192.0.2.7 port {p}'],
    ],
    [
      'PAM and its sum',
      [
        'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7  user=root',
        'Failed password for root from 192.0.2.7 port {p} ssh2',
        'Connection closed by authenticating user root 192.0.2.7 port {p} [preauth]',
      ],
    ],
    [
      'offered keys',
      [
        'Failed publickey for root from 192.0.2.7 port {p} ssh2: RSA SHA256:a',
        'Failed publickey for root from 192.0.2.7 port {p} ssh2: RSA SHA256:b',
        'Failed none for root from 192.0.2.7 port {p} ssh2',
        'Failed password for root from 192.0.2.7 port {p} ssh2',
      ],
    ],
    [
      'a user that may not',
      [
        'User root from 192.0.2.7 not allowed because not listed in AllowUsers',
        'Failed password for invalid user root from 192.0.2.7 port {p} ssh2',
      ],
    ],
  ])('counts an attempt once when several lines tell of it: %s', (_, texts) => {
    const attempt = (n: number) =>
      texts.map((text, at) => line(n + at / 10, `sshd[${500 + n}]: ${text.replace('{p}', String(41_000 + n))}`))

    const nine = many(9, n => n as never).flatMap((_one, n) => attempt(n))
    const ten = [...nine, ...attempt(9)]

    expect(judge(model(), nine)).toEqual([])
    expect(judge(model(), ten).map(hit => hit.count)).toEqual([10])
  })

  it('counts attempts of interleaved connections', () => {
    const invalid = many(9, n => line(n / 10, `sshd[${500 + n}]: Invalid user u from 192.0.2.7 port ${41_000 + n}`))
    const judged = many(9, n =>
      line(3 + n / 10, `sshd[${500 + n}]: Failed password for invalid user u from 192.0.2.7 port ${41_000 + n} ssh2`),
    )

    expect(judge(model(), [...invalid, ...judged])).toEqual([])
    expect(judge(model(), [...invalid, ...judged, failed(5)])).toHaveLength(1)
  })

  it('counts six passwords tried on one connection as six', () => {
    const connection = (n: number) => [
      line(n, `sshd[${n}]: Invalid user u from 192.0.2.7 port ${41_000 + n}`),
      line(n, `sshd[${n}]: Failed password for invalid user u from 192.0.2.7 port ${41_000 + n} ssh2`),
      line(n + 1, `sshd[${n}]: message repeated 5 times: [ Failed password for invalid user u from 192.0.2.7 port ${41_000 + n} ssh2]`),
      line(
        n + 1,
        `sshd[${n}]: error: maximum authentication attempts exceeded for invalid user u from 192.0.2.7 port ${41_000 + n} ssh2 [preauth]`,
      ),
    ]

    expect(judge(model(), connection(1))).toEqual([])
    expect(judge(model(), [...connection(1), ...connection(20)]).map(hit => hit.count)).toEqual([12])
  })

  it('puts late lines where they belong', () => {
    const shuffled = [9, 1, 8, 2, 7, 3, 6, 4, 5, 0].map(n => failed(n * 20, 40_000 + n))
    const lateForAPastBurst = [...many(9, n => failed(n)), failed(400), failed(5.5)]

    expect(judge(model(), shuffled)).toHaveLength(1)
    expect(judge(model(), lateForAPastBurst)).toHaveLength(1)
  })

  it('begins a new count after a pause longer than the window', () => {
    const hits = judge(model(), [...many(30, n => failed(n)), ...many(9, n => failed(1_000 + n)), failed(1_009)])

    expect(hits.map(hit => [hit.ruleId, hit.count])).toEqual([
      ['failures', 10],
      ['failures', 20],
      ['failures', 10],
    ])
  })

  it('uses the tenant’s own threshold', () => {
    expect(judge(model({ attempts: 3, windowSeconds: 60 }), [failed(0), failed(10), failed(59)])).toHaveLength(1)
    expect(judge(model({ attempts: 3, windowSeconds: 60 }), [failed(0), failed(10), failed(60)])).toEqual([])
  })

  it('is not led into the future by a line with a wrong clock', () => {
    const wrong = { ...failed(0), receivedAt: '2026-11-24T00:00:00.000Z' }
    wrong.event['@timestamp'] = '9999-12-31T00:00:00.000Z'

    const hits = judge(model(), [wrong, ...many(10, n => failed(n))])

    expect(hits).toHaveLength(1)
    expect(hits[0]!.at).toBe('2026-11-24T00:00:08.000Z')
  })

  it('shows names of accounts without characters that change the text around them', () => {
    const odd = (n: number): JudgedEvent => {
      const event = failed(n)
      event.event.user = { name: `a\u202e\u0007\n${'x'.repeat(300)}` }
      return event
    }

    const [hit] = judge(model(), many(10, odd))

    expect(hit!.reason).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(hit!.reason.length).toBeLessThan(150)
    expect(hit!.userName!.length).toBeLessThanOrEqual(64)
  })

  it('keeps memory and saved state bounded under a flood of sources', () => {
    const run = model()
    const template = failed(0, 22, 'u'.repeat(200))
    const flood = many(60_000, n => ({
      ...template,
      event: { ...template.event, source: { ip: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}` } },
    }))

    judge(run, flood)
    const saved = JSON.stringify(run.snapshot())

    expect(saved.length).toBeLessThan(450_000)
    expect((JSON.parse(saved) as unknown[]).length).toBe(1_000)
  })

  it('saves going attacks before passing failures', () => {
    const run = model()
    judge(run, [...many(10, n => failed(n)), ...many(4_000, n => failed(10 + n / 1_000, 22, 'u', `10.0.${n >> 8}.${n & 255}`))])
    const next = model()

    next.restore(run.snapshot())
    const hits = judge(next, [accepted(60)])

    expect(hits.map(hit => hit.ruleId)).toEqual(['then-succeeded'])
  })
})
