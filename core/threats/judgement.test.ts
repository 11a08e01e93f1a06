import { describe, expect, it } from 'vitest'
import { judge, verdictWords } from './judgement.js'

type Judged = Parameters<typeof judge>[0][number]
const NOW = '2026-11-24T02:00:00.000Z'
const hoursAgo = (hours: number) => new Date(Date.parse(NOW) - hours * 3_600_000).toISOString()

function alert(modelId: string, strength: number, set: Partial<Judged> = {}): Judged {
  return {
    modelId,
    ruleId: 'r1',
    title: `标题 ${modelId}`,
    reason: `依据 ${modelId}`,
    attackResult: 'unknown',
    strength,
    lastAt: NOW,
    count: 1,
    author: null,
    ...set,
  }
}

/** domain.md 10.3 written down a second time: prior 0.05, the sum of strength × ln(LR). */
const p = (...gains: number[]) => 1 / (1 + Math.exp(-(Math.log(0.05 / 0.95) + gains.reduce((sum, gain) => sum + gain, 0))))
const rounded = (value: number) => Math.round(value * 100) / 100

describe('the figures of domain.md 10.3', () => {
  it('begin at 0.05', () => {
    expect(judge([], NOW)).toMatchObject({ code: 'attempted', confidence: 0.05, reasons: [], by: 'system', at: NOW })
  })

  it('give +3.17 to intelligence of strength 0.9 from a source of reliability 0.9', () => {
    const verdict = judge([alert('intel-match', 0.9 * 0.9)], NOW)

    expect(verdict.reasons[0]).toContain('贡献 +3.17')
    expect(verdict).toMatchObject({ code: 'suspicious', confidence: 0.56 })
    expect(verdict.confidence).toBe(rounded(p(0.81 * Math.log(50))))
  })

  it.each([
    ['a signature alone', [alert('sigma-rule', 1)], 0.17, 'attempted'],
    ['a signature of strength 0.6 alone', [alert('sigma-rule', 0.6)], 0.11, 'attempted'],
    ['intelligence at full strength', [alert('intel-match', 1)], 0.72, 'suspicious'],
    ['intelligence and a signature', [alert('intel-match', 1), alert('sigma-rule', 1)], 0.91, 'highly_suspicious'],
    ['guessing that failed', [alert('password-guessing', 1, { attackResult: 'failed' })], 0.17, 'attempted'],
    ['guessing that succeeded, a step of the chain', [alert('password-guessing', 1, { attackResult: 'success' })], 0.63, 'suspicious'],
    [
      'guessing that succeeded from a known bad address',
      [alert('password-guessing', 1, { attackResult: 'success' }), alert('intel-match', 0.4)],
      0.89,
      'highly_suspicious',
    ],
    ['a model nobody has weighed', [alert('unheard-of', 1)], 0.1, 'attempted'],
  ] as const)('%s: %#', (_, alerts, confidence, code) => {
    expect(judge(alerts, NOW)).toMatchObject({ confidence, code })
  })

  it('come out of the formula', () => {
    const chain = 0.4 * Math.log(12)

    expect(rounded(p(Math.log(4)))).toBe(0.17)
    expect(rounded(p(Math.log(50), Math.log(4)))).toBe(0.91)
    expect(rounded(p(Math.log(12), chain))).toBe(0.63)
    expect(rounded(p(Math.log(12), chain, 0.4 * Math.log(50)))).toBe(0.89)
  })

  it('halve what a day old sign is worth, but not the success of an attack', () => {
    const old = { lastAt: hoursAgo(24) }

    expect(judge([alert('intel-match', 1, old)], NOW).confidence).toBe(rounded(p(0.5 * Math.log(50))))
    expect(judge([alert('intel-match', 1, { lastAt: hoursAgo(48) })], NOW).confidence).toBe(rounded(p(0.25 * Math.log(50))))
    expect(judge([alert('password-guessing', 1, { ...old, attackResult: 'success' })], NOW).confidence).toBe(0.63)
  })

  it('do not grow beyond full strength for an alert from the future', () => {
    expect(judge([alert('intel-match', 1, { lastAt: hoursAgo(-5) })], NOW).confidence).toBe(0.72)
  })

  it('count a model once: the strongest alert speaks for it, whatever the order', () => {
    const alerts = [alert('sigma-rule', 0.2), alert('sigma-rule', 1), alert('sigma-rule', 0.7)]

    expect(judge(alerts, NOW).confidence).toBe(0.17)
    expect(judge([...alerts].reverse(), NOW)).toEqual(judge(alerts, NOW))
    expect(judge(alerts, NOW).reasons).toHaveLength(1)
  })

  it('never reach “compromised” without a person', () => {
    const everything = ['intel-match', 'sigma-rule', 'password-guessing', 'a', 'b', 'c'].map(id =>
      alert(id, 1, { attackResult: 'success' }),
    )

    expect(judge(everything, NOW)).toMatchObject({ code: 'highly_suspicious', confidence: 1 })
  })
})

describe('the words', () => {
  it('name at most three reasons, the strongest first, the rule’s author with it, and the step of the chain', () => {
    const { reasons, effect, advice } = judge(
      [
        alert('unheard-of', 0.1),
        alert('sigma-rule', 1, { author: 'Jane Doe' }),
        alert('intel-match', 1),
        alert('password-guessing', 1, { attackResult: 'success' }),
      ],
      NOW,
    )

    expect(reasons).toEqual([
      '依据 intel-match（标题 intel-match，贡献 +3.91）',
      '依据 password-guessing（标题 password-guessing，贡献 +2.48）',
      '依据 sigma-rule（标题 sigma-rule，规则作者 Jane Doe，贡献 +1.39）',
      '失败之后出现成功登录，攻击链前进一步（贡献 +0.99）',
    ])
    expect(effect).toContain('立即核实')
    expect(advice).toContain('改口令')
  })

  it('do not frighten when nothing succeeded', () => {
    expect(judge([alert('sigma-rule', 1)], NOW)).toMatchObject({ effect: '目前未见攻击成功的证据，业务未受影响' })
  })

  it.each([
    ['highly_suspicious', 0.82, '高可疑 82%'],
    ['compromised', 0.996, '已失陷 100%'],
    ['suspicious', 0.5, '可疑 50%'],
    ['attempted', 0.17, '攻击未遂（失陷可能 17%）'],
    ['benign', 0.03, '误报/已知行为（失陷可能 3%）'],
  ] as const)('say %s at %s as %s', (code, confidence, words) => {
    expect(verdictWords({ code, confidence })).toBe(words)
  })
})

describe('the worked examples of domain.md 10.3', () => {
  const intel = alert('intel-match', 0.9, { reliability: 0.9 })
  const beacon = alert('covert-beacon', 0.8, { reliability: 0.7 })
  const miner = alert('host-evidence', 1, { reliability: 0.95 })
  const drill = { negatives: [{ kind: 'authorised-drill' as const, words: '演练窗口至 18:00' }] }

  it('a mining pool and a steady beat are highly suspicious, the process on the host as good as certain', () => {
    expect(judge([intel, beacon], NOW)).toMatchObject({ code: 'highly_suspicious', confidence: 0.82 })
    const certain = judge([intel, beacon, miner], NOW)
    expect(certain.confidence).toBe(1)
    expect(certain.code).toBe('highly_suspicious')
    expect(certain.reasons.map(reason => /贡献 \S+(?=）)/.exec(reason)?.[0])).toEqual(['贡献 +3.89', '贡献 +3.17', '贡献 +1.29'])
  })

  it('an authorised drill explains them away, and says so', () => {
    const verdict = judge([intel, beacon], NOW, drill)

    expect(verdict).toMatchObject({ code: 'benign', confidence: 0.08, against: '演练窗口至 18:00（贡献 −3.91）' })
  })

  it('a signature on a product whose version fits stays an attempt', () => {
    const alerts = [alert('sigma-rule', 1, { reliability: 0.6 }), alert('vuln-corroboration', 0.7, { reliability: 0.8 })]

    expect(judge(alerts, NOW)).toMatchObject({ code: 'attempted', confidence: 0.25 })
  })

  it('signature, chain, vulnerability and spread together are highly suspicious', () => {
    const alerts = [
      alert('sigma-rule', 1, { reliability: 0.8, attack: ['T1190'], firstAt: hoursAgo(3) }),
      alert('vuln-corroboration', 0.9),
      alert('lateral-spread', 0.7, { reliability: 0.8, attack: ['T1021', 'T1046'], firstAt: hoursAgo(1) }),
    ]

    const verdict = judge(alerts, NOW)

    // The example's chain has strength 0.64, this one of three stages 0.7.
    expect(verdict.confidence).toBe(rounded(p(1.109, 0.7 * Math.log(12), 0.9 * Math.log(6), 0.56 * Math.log(12))))
    expect(verdict).toMatchObject({ code: 'highly_suspicious', stage: '初始入侵 → 横向移动 → 内部探测' })
    expect(verdict.reasons.at(-1)).toContain('覆盖 3 个攻击阶段')
  })

  it('a product that does not fit speaks against', () => {
    const verdict = judge([alert('sigma-rule', 1), alert('vuln-corroboration', -0.8)], NOW)

    expect(verdict.confidence).toBe(rounded(p(Math.log(4), -0.8 * Math.log(10))))
    expect(verdict.against).toContain('贡献 −1.84')
  })
})

describe('what is known beforehand and what echoes', () => {
  const at = (prior: 'clean-host' | 'heightened') => judge([], NOW, { prior }).confidence

  it('begins lower on a clean host and higher in a guarded period', () => {
    expect([at('clean-host'), at('heightened')]).toEqual([0.02, 0.1])
  })

  it('counts one line that two models found strange once', () => {
    const evidence = [{ raw: 'x', at: NOW, position: { file: 'f', offset: 7 } }]
    const both = [alert('intel-match', 1, { evidence }), alert('sigma-rule', 1, { evidence })]

    expect(judge(both, NOW).confidence).toBe(0.72)
  })

  it('caps what models of one kind say together', () => {
    const covert = ['covert-beacon', 'dns-tunnel', 'generated-domains'].map(id => alert(id, 1))

    expect(judge(covert, NOW).confidence).toBe(rounded(p(Math.log(10))))
  })

  it('counts different techniques of one model up to its full weight', () => {
    const two = [alert('behaviour-baseline', 0.4, { attack: ['T1078'] }), alert('behaviour-baseline', 0.45, { attack: ['T1021'] })]

    expect(judge(two, NOW).confidence).toBe(rounded(p(0.85 * Math.log(5), 0)))
  })

  it('lets what was found on a host not fade', () => {
    const old = alert('host-evidence', 1, { lastAt: hoursAgo(96) })

    expect(judge([old], NOW).confidence).toBe(rounded(p(Math.log(60))))
  })
})
