// The risk model of domain.md 8 (after ISO/IEC 13335 and GB/T 20984-2022): asset value, threat, weakness, measures → R from 1 to 25. Pure.

export interface Cia {
  /** Confidentiality, integrity, availability: each 1 to 5. */
  readonly c: number
  readonly i: number
  readonly a: number
}

export type AssetValueMethod = 'log' | 'max' | 'mean' | 'geometric'

/** The asset's value before rounding, 1 to 5. */
export function assetValue({ c, i, a }: Cia, method: AssetValueMethod = 'log'): number {
  switch (method) {
    case 'log':
      return Math.log2((2 ** c + 2 ** i + 2 ** a) / 3)
    case 'max':
      return Math.max(c, i, a)
    case 'mean':
      return (c + i + a) / 3
    case 'geometric':
      return Math.cbrt(c * i * a)
  }
}

/** Rounded; one more for what carries a business of importance 5 and hangs closely on it. */
export function assetGrade(cia: Cia, options: { readonly carriesCoreBusiness?: boolean; readonly method?: AssetValueMethod } = {}): number {
  const { carriesCoreBusiness = false, method = 'log' } = options
  return Math.min(5, Math.round(assetValue(cia, method)) + (carriesCoreBusiness ? 1 : 0))
}

export interface RiskInput {
  /** 1 to 5 each. */
  readonly asset: number
  readonly threat: number
  /** How easily the weakness is used, and what it does. */
  readonly ease: number
  readonly impact: number
  /** How effective the measures are, 0 to 0.8. */
  readonly measures: number
}

export interface Risk {
  /** Ease left by the measures, at least 1. */
  readonly easeLeft: number
  readonly likelihood: number
  readonly loss: number
  readonly value: number
  readonly level: '很低' | '低' | '中' | '高' | '很高'
}

export function riskOf({ asset, threat, ease, impact, measures }: RiskInput): Risk {
  const easeLeft = Math.max(1, ease * (1 - measures))
  const likelihood = Math.sqrt(threat * easeLeft)
  const loss = Math.sqrt(asset * impact)
  const value = likelihood * loss
  return { easeLeft, likelihood, loss, value, level: riskLevel(value) }
}

export function riskLevel(value: number): Risk['level'] {
  return value <= 5 ? '很低' : value <= 10 ? '低' : value <= 15 ? '中' : value <= 20 ? '高' : '很高'
}
