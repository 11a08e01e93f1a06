// In which order weaknesses are repaired: domain.md 8 (A, T, Va, Vi, K → R) with every term shown, and the plain product of scanners.md 4.
import { riskOf, type RiskLevel } from '../assets/risk.js'

export interface PriorityFacts {
  /** Asset value A, 1 to 5 (domain.md 8.1). */
  readonly assetValue: number
  /** CVSS base score, null when unknown. */
  readonly cvss: number | null
  /** Listed as exploited in the wild. */
  readonly exploited: boolean
  readonly publicExploit: boolean
  /** EPSS percentile 0 to 1. */
  readonly epssPercentile: number | null
  readonly exposure: 'internet' | 'inside' | 'isolated'
  /** Threat T, 1 to 5; 2 (occasional) when nothing is known. */
  readonly threat?: number
  /** K: how much existing measures take away, 0 to 0.8. */
  readonly controls: number
}

export interface Term {
  readonly name: string
  readonly value: number
  readonly why: string
}

export interface Priority {
  /** R, 1 to 25. */
  readonly risk: number
  readonly level: RiskLevel
  readonly terms: readonly Term[]
}

const exposureLabel = { internet: '互联网可达', inside: '仅内网可达', isolated: '隔离' } as const

/** Va of domain.md 8.3. */
function exploitability(facts: PriorityFacts): Term {
  const reachable = facts.exposure !== 'isolated'
  if (facts.exploited && reachable) return { name: 'Va', value: 5, why: '在野利用且可达' }
  if (facts.publicExploit && facts.exposure === 'internet') return { name: 'Va', value: 5, why: '有公开利用且互联网可达' }
  if (facts.publicExploit || facts.exploited)
    return { name: 'Va', value: 4, why: facts.exploited ? '在野利用，但此处不可达' : '有公开利用' }
  if ((facts.epssPercentile ?? 0) >= 0.95) return { name: 'Va', value: 4, why: 'EPSS 位于前 5 %' }
  if (facts.exposure === 'internet') return { name: 'Va', value: 3, why: '互联网可达，未见利用' }
  return facts.exposure === 'inside' ? { name: 'Va', value: 2, why: '需先进入内网' } : { name: 'Va', value: 1, why: '隔离，理论可能' }
}

export function priorityOf(facts: PriorityFacts): Priority {
  const va = exploitability(facts)
  const impact = facts.cvss === null ? 3 : facts.cvss >= 9 ? 5 : facts.cvss >= 7 ? 4 : facts.cvss >= 4 ? 3 : facts.cvss > 0 ? 2 : 1
  const counted = riskOf({
    asset: facts.assetValue,
    threat: facts.threat ?? (facts.exploited ? 4 : 2),
    exploitability: va.value,
    impact,
    controls: facts.controls,
  })
  const round = (value: number, by: number): number => Math.round(value * by) / by
  return {
    risk: counted.risk,
    level: counted.level,
    terms: [
      { name: 'A', value: counted.asset, why: '资产价值' },
      { name: 'T', value: counted.threat, why: '威胁' },
      va,
      { name: 'Vi', value: impact, why: facts.cvss === null ? 'CVSS 未知，按中等影响' : `CVSS ${facts.cvss}` },
      { name: 'K', value: counted.controls, why: '已有措施' },
      { name: "Va'", value: round(counted.left, 100), why: `扣除措施后；${exposureLabel[facts.exposure]}` },
      { name: 'L', value: round(counted.likelihood, 1000), why: "可能性 √(T×Va')" },
      { name: 'F', value: round(counted.loss, 1000), why: '损失 √(A×Vi)' },
    ],
  }
}
