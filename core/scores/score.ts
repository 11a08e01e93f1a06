// The security score (domain.md 9): pure. What was not measured takes nothing off and is named, so that nobody takes it for good.

export interface WeakRow {
  /** Asset value 1 to 5. */
  readonly asset: number
  readonly internet: boolean
  readonly count: number
}

export interface VulnerabilityRow extends WeakRow {
  readonly severity: 'critical' | 'high' | 'medium' | 'low'
  readonly exploited: boolean
  readonly overdue: boolean
}

export interface ScoreInput {
  /** Assets; those that are known by anything count. */
  readonly assets: number
  readonly incidents: readonly { readonly priority: 'P1' | 'P2' | 'P3' | 'P4'; readonly count: number; readonly overdue: boolean }[]
  /** Hosts that are compromised and not yet clean. */
  readonly compromised: number
  readonly vulnerabilities: readonly VulnerabilityRow[]
  readonly weakPasswords: readonly WeakRow[]
  /** Share of fulfilled checks by weight, 0 to 1; undefined: not measured. */
  readonly baseline?: number | undefined
  readonly exposure?: { readonly violating: number; readonly highRiskPorts: number; readonly expired: number } | undefined
  /** Mean of log, scan and endpoint coverage, 0 to 1. */
  readonly coverage?: number | undefined
  /** Promises kept, 0 to 1. */
  readonly sla?: number | undefined
  /** Sources that were silent for more than a day. */
  readonly silentSources: readonly string[]
  /** Parts of what a category is made of that nobody measured, in Chinese. */
  readonly unmeasured?: readonly string[]
}

export type ScoreCategory = 'incidents' | 'vulnerabilities' | 'weak_passwords' | 'baseline' | 'exposure' | 'coverage' | 'timeliness'

export const scoreCategoryLabel: Readonly<Record<ScoreCategory, string>> = {
  incidents: '未闭环事件',
  vulnerabilities: '漏洞',
  weak_passwords: '弱口令',
  baseline: '基线',
  exposure: '暴露面',
  coverage: '监测与防护覆盖',
  timeliness: '时效',
}

export const scoreCaps: Readonly<Record<ScoreCategory, number>> = {
  incidents: 35,
  vulnerabilities: 20,
  weak_passwords: 10,
  baseline: 10,
  exposure: 10,
  coverage: 10,
  timeliness: 5,
}

export interface Deduction {
  readonly category: ScoreCategory
  readonly points: number
  /** What it is made of, where it is a sum. */
  readonly x?: number
}

export interface Score {
  /** 0 to 100, one decimal. */
  readonly value: number
  readonly grade: '优' | '良' | '中' | '差'
  /** Without the caps. */
  readonly uncapped: number
  readonly caps: readonly { readonly most: number; readonly why: string }[]
  readonly deductions: readonly Deduction[]
  readonly unmeasured: readonly string[]
  readonly trusted: boolean
  readonly silentSources: readonly string[]
}

const incidentWeight = { P1: 2, P2: 1, P3: 0.3, P4: 0.05 } as const
const severityWeight = { critical: 1, high: 0.4, medium: 0.08, low: 0.01 } as const

/** `cap × (1 − e^(−x/k))`: each further one takes off less. */
export const saturating = (cap: number, x: number, k: number): number => cap * (1 - Math.exp(-x / k))

export function scoreOf(input: ScoreInput): Score {
  const norm = Math.max(1, input.assets / 50)
  const x = {
    incidents:
      input.incidents.reduce((sum, { priority, count, overdue }) => sum + incidentWeight[priority] * count * (overdue ? 2 : 1), 0) +
      input.compromised,
    vulnerabilities:
      input.vulnerabilities.reduce(
        (sum, { severity, asset, exploited, internet, count }) =>
          sum + severityWeight[severity] * (asset / 3) * (exploited ? 2 : 1) * (internet ? 1.5 : 1) * count,
        0,
      ) / norm,
    weak: input.weakPasswords.reduce((sum, { asset, internet, count }) => sum + (asset / 3) * (internet ? 2 : 1) * count, 0) / norm,
    exposure: input.exposure && input.exposure.violating + 1.5 * input.exposure.highRiskPorts + 0.5 * input.exposure.expired,
  }
  const deductions: Deduction[] = [
    { category: 'incidents', points: saturating(scoreCaps.incidents, x.incidents, 4), x: x.incidents },
    { category: 'vulnerabilities', points: saturating(scoreCaps.vulnerabilities, x.vulnerabilities, 10), x: x.vulnerabilities },
    { category: 'weak_passwords', points: saturating(scoreCaps.weak_passwords, x.weak, 2), x: x.weak },
  ]
  const unmeasured = [...(input.unmeasured ?? [])]
  const linear = (category: 'baseline' | 'coverage' | 'timeliness', part: number | undefined) => {
    if (part === undefined) unmeasured.push(scoreCategoryLabel[category])
    else deductions.push({ category, points: scoreCaps[category] * (1 - part) })
  }
  linear('baseline', input.baseline)
  if (x.exposure === undefined) unmeasured.push(scoreCategoryLabel.exposure)
  else deductions.push({ category: 'exposure', points: saturating(scoreCaps.exposure, x.exposure, 5), x: x.exposure })
  linear('coverage', input.coverage)
  linear('timeliness', input.sla)
  const uncapped = 100 - deductions.reduce((sum, { points }) => sum + points, 0)
  const caps = [
    ...(input.compromised > 0 ? [{ most: 59, why: '有未闭环的失陷主机' }] : []),
    ...(input.vulnerabilities.some(row => row.internet && row.exploited && row.overdue && row.count > 0)
      ? [{ most: 69, why: '互联网侧有超期的在野漏洞' }]
      : []),
  ]
  const value = round(Math.min(uncapped, ...caps.map(({ most }) => most)))
  return {
    value,
    grade: gradeOf(value),
    uncapped: round(uncapped),
    caps,
    deductions,
    unmeasured,
    trusted: input.silentSources.length === 0,
    silentSources: input.silentSources,
  }
}

export function gradeOf(value: number): Score['grade'] {
  return value >= 90 ? '优' : value >= 75 ? '良' : value >= 60 ? '中' : '差'
}

/** The dearest deductions with what setting each right would gain, caps included: a cap that remains eats the gain. */
export function topDeductions(
  input: ScoreInput,
  most = 3,
): readonly { readonly category: ScoreCategory; readonly points: number; readonly gain: number }[] {
  const score = scoreOf(input)
  return [...score.deductions]
    .filter(({ points }) => points >= 0.05)
    .sort((a, b) => b.points - a.points)
    .slice(0, most)
    .map(({ category, points }) => ({ category, points: round(points), gain: round(scoreOf(cured(input, category)).value - score.value) }))
}

function cured(input: ScoreInput, category: ScoreCategory): ScoreInput {
  switch (category) {
    case 'incidents':
      return { ...input, incidents: [], compromised: 0 }
    case 'vulnerabilities':
      return { ...input, vulnerabilities: [] }
    case 'weak_passwords':
      return { ...input, weakPasswords: [] }
    case 'baseline':
      return { ...input, baseline: 1 }
    case 'exposure':
      return { ...input, exposure: { violating: 0, highRiskPorts: 0, expired: 0 } }
    case 'coverage':
      return { ...input, coverage: 1 }
    case 'timeliness':
      return { ...input, sla: 1 }
  }
}

const round = (value: number): number => Math.round(Math.max(0, value) * 10) / 10
