import { describe, expect, it } from 'vitest'
import { assetGrade, assetValue, riskOf } from './risk.js'
import { saturating, scoreCaps, scoreOf, topDeductions, type ScoreInput } from './score.js'

/** The worked example of domain.md 9. */
const example: ScoreInput = {
  assets: 200,
  incidents: [
    { priority: 'P2', count: 1, overdue: false },
    { priority: 'P3', count: 3, overdue: false },
  ],
  compromised: 0,
  vulnerabilities: [
    { severity: 'critical', asset: 4, internet: false, exploited: true, overdue: false, count: 1 },
    { severity: 'critical', asset: 4, internet: false, exploited: false, overdue: false, count: 2 },
    { severity: 'high', asset: 3, internet: false, exploited: false, overdue: false, count: 20 },
    { severity: 'medium', asset: 3, internet: false, exploited: false, overdue: false, count: 100 },
  ],
  weakPasswords: [
    { asset: 4, internet: true, count: 1 },
    { asset: 4, internet: false, count: 3 },
  ],
  baseline: 0.78,
  exposure: { violating: 1, highRiskPorts: 1, expired: 0 },
  coverage: 0.85,
  sla: 0.94,
  silentSources: [],
}
const nothing: ScoreInput = {
  assets: 0,
  incidents: [],
  compromised: 0,
  vulnerabilities: [],
  weakPasswords: [],
  baseline: 1,
  exposure: { violating: 0, highRiskPorts: 0, expired: 0 },
  coverage: 1,
  sla: 1,
  silentSources: [],
}

describe('the worked example', () => {
  it('takes off what the reference says, category by category', () => {
    const points = Object.fromEntries(scoreOf(example).deductions.map(({ category, points }) => [category, points.toFixed(2)]))

    expect(points).toEqual({
      incidents: '13.23',
      vulnerabilities: '8.27',
      weak_passwords: '5.65',
      baseline: '2.20',
      exposure: '3.93',
      coverage: '1.50',
      timeliness: '0.30',
    })
  })

  it('is 64.9, 中', () => {
    expect(scoreOf(example)).toMatchObject({ value: 64.9, grade: '中', trusted: true, caps: [] })
  })

  it('with one compromised host more is 53.4 and under the cap', () => {
    const worse = { ...example, incidents: [...example.incidents, { priority: 'P1' as const, count: 1, overdue: false }], compromised: 1 }

    expect(scoreOf(worse).deductions[0]?.points.toFixed(2)).toBe('24.72')
    expect(scoreOf(worse)).toMatchObject({ value: 53.4, grade: '差', caps: [{ most: 59 }] })
  })
})

describe('the score', () => {
  it('is 100 where nothing is wrong, and its caps are 100 together', () => {
    expect(scoreOf(nothing)).toMatchObject({ value: 100, grade: '优' })
    expect(Object.values(scoreCaps).reduce((sum, cap) => sum + cap, 0)).toBe(100)
  })

  it('is at most 59 with a compromised host, 69 with an overdue exploited hole at the edge', () => {
    const hole = { severity: 'low', asset: 1, internet: true, exploited: true, overdue: true, count: 1 } as const

    expect(scoreOf({ ...nothing, compromised: 1 }).value).toBe(59)
    expect(scoreOf({ ...nothing, vulnerabilities: [hole] }).value).toBe(69)
    expect(scoreOf({ ...nothing, vulnerabilities: [{ ...hole, overdue: false }] }).value).toBeGreaterThan(69)
  })

  it('says when a source was silent, and what nobody measured', () => {
    const score = scoreOf({ ...nothing, baseline: undefined, exposure: undefined, silentSources: ['edge'] })

    expect(score).toMatchObject({ value: 100, trusted: false, unmeasured: ['基线', '暴露面'] })
  })

  it('counts what is late double, and never takes off more than a cap', () => {
    const one = { priority: 'P2', count: 1, overdue: false } as const

    expect(scoreOf({ ...nothing, incidents: [{ ...one, overdue: true }] }).deductions[0]?.x).toBe(2)
    expect(scoreOf({ ...nothing, incidents: [{ ...one, count: 100_000 }] }).value).toBe(65)
    expect(saturating(35, 0, 4)).toBe(0)
  })

  it('names the three dearest deductions and what each would gain', () => {
    expect(topDeductions(example)).toEqual([
      { category: 'incidents', points: 13.2, gain: 13.2 },
      { category: 'vulnerabilities', points: 8.3, gain: 8.3 },
      { category: 'weak_passwords', points: 5.7, gain: 5.7 },
    ])
    expect(topDeductions({ ...nothing, compromised: 5, coverage: 0 })[1]).toEqual({ category: 'coverage', points: 10, gain: 0 })
  })
})

describe('the risk model', () => {
  it.each([
    [4, 5, 5, 4.74, 5, 5, 4.67, 4.64],
    [3, 4, 5, 4.22, 4, 5, 4, 3.91],
    [2, 2, 4, 3, 3, 4, 2.67, 2.52],
    [1, 1, 5, 3.58, 4, 5, 2.33, 1.71],
  ])('values an asset of %i %i %i as the table says', (c, i, a, log, grade, max, mean, geometric) => {
    const of = (method: 'log' | 'max' | 'mean' | 'geometric') => Number(assetValue({ c, i, a }, method).toFixed(2))

    expect([of('log'), of('max'), of('mean'), of('geometric')]).toEqual([log, max, mean, geometric])
    expect(assetGrade({ c, i, a })).toBe(grade)
  })

  it('the check: A=4, T=1, V=3 without measures is 6.0, 低', () => {
    const risk = riskOf({ asset: 4, threat: 1, ease: 3, impact: 3, measures: 0 })

    expect([risk.likelihood.toFixed(3), risk.loss.toFixed(3), risk.value.toFixed(1), risk.level]).toEqual(['1.732', '3.464', '6.0', '低'])
  })

  it.each([
    [5, 5, 0.4, '17.32', '高'],
    [5, 5, 0, '22.36', '很高'],
    [5, 5, 0.7, '12.25', '中'],
    [1, 1, 0, '4.47', '很低'],
  ])('the hospital’s database with ease %i, impact %i, measures %d is %s, %s', (ease, impact, measures, value, level) => {
    const risk = riskOf({ asset: 5, threat: 4, ease, impact, measures })

    expect([risk.value.toFixed(2), risk.level]).toEqual([value, level])
  })
})
