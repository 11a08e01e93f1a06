// The risk of one weakness of one asset: domain.md 8.2 to 8.4 (GB/T 20984-2022, multiplication). Pure; called by vulnerabilities/priority.ts.

export interface RiskFacts {
  /** A: asset value, 1 to 5. */
  readonly asset: number
  /** T: threat, 1 to 5. */
  readonly threat: number
  /** Va: how easily it is used, 1 to 5. */
  readonly exploitability: number
  /** Vi: what it does, 1 to 5. */
  readonly impact: number
  /** K: how much of it the measures in place take away, 0 to 0.8. */
  readonly controls: number
}

export const riskLevels = ['very-low', 'low', 'medium', 'high', 'very-high'] as const
export type RiskLevel = (typeof riskLevels)[number]

export const riskLevelLabel: Readonly<Record<RiskLevel, string>> = {
  'very-low': '很低',
  low: '低',
  medium: '中',
  high: '高',
  'very-high': '很高',
}

export interface Risk extends RiskFacts {
  /** Va' = max(1, Va × (1 − K)). */
  readonly left: number
  /** L = √(T × Va'). */
  readonly likelihood: number
  /** F = √(A × Vi). */
  readonly loss: number
  /** R = L × F, 1 to 25, two decimals. */
  readonly risk: number
  readonly level: RiskLevel
}

/** Values outside their ranges are brought into them. */
export function riskOf(facts: RiskFacts): Risk {
  const asset = within(Math.round(facts.asset), 1, 5)
  const threat = within(facts.threat, 1, 5)
  const exploitability = within(facts.exploitability, 1, 5)
  const impact = within(facts.impact, 1, 5)
  const controls = within(facts.controls, 0, 0.8)
  const left = Math.max(1, exploitability * (1 - controls))
  const likelihood = Math.sqrt(threat * left)
  const loss = Math.sqrt(asset * impact)
  const risk = Math.round(likelihood * loss * 100) / 100
  return { asset, threat, exploitability, impact, controls, left, likelihood, loss, risk, level: levelOf(risk) }
}

export function levelOf(risk: number): RiskLevel {
  return risk > 20 ? 'very-high' : risk > 15 ? 'high' : risk > 10 ? 'medium' : risk > 5 ? 'low' : 'very-low'
}

/** What was seen of one kind of attack against an asset in 30 days. */
export interface ThreatFacts {
  readonly seen: number
  /** One of them got through. */
  readonly succeeded: boolean
  /** The industry of the region is under it, or intelligence names it. */
  readonly active: boolean
  readonly named: boolean
}

/** T of domain.md 8.2. */
export function threatOf({ seen, succeeded, active, named }: ThreatFacts): number {
  const daily = seen / 30
  if (succeeded || (active && daily >= 100)) return 5
  if (daily >= 10 || named) return 4
  return seen >= 3 ? 3 : seen >= 1 ? 2 : 1
}

/** A customer's risk: the 90th percentile (nearest rank) of each business system beside the number of high ones; never a mean. */
export function riskByBusiness(
  items: readonly { readonly business: string; readonly risk: number }[],
): { business: string; p90: number; high: number }[] {
  const byBusiness = new Map<string, number[]>()
  for (const { business, risk } of items) byBusiness.set(business, [...(byBusiness.get(business) ?? []), risk])
  return [...byBusiness]
    .map(([business, risks]) => {
      const sorted = risks.sort((a, b) => a - b)
      return { business, p90: sorted[Math.ceil(sorted.length * 0.9) - 1] ?? 0, high: sorted.filter(risk => risk > 15).length }
    })
    .sort((a, b) => b.p90 - a.p90)
}

function within(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, Number.isFinite(value) ? value : low))
}
