// What an asset is worth, 1 to 5: the formulas of domain.md 8.1. Pure; called wherever C, I, A or the business of an asset change.
import type { Cia } from './asset.js'

export const valueMethods = ['log-mean', 'weighted-log', 'maximum', 'weighted-mean', 'geometric'] as const
export type ValueMethod = (typeof valueMethods)[number]

/** Shares of C, I and A; they are scaled to a sum of 1. A database leans to C, a web site to I, production control to A. */
export interface Weights {
  readonly c: number
  readonly i: number
  readonly a: number
}

const EVEN: Weights = { c: 1, i: 1, a: 1 }
/** Of what nobody has rated. */
export const UNRATED_VALUE = 3

/** Before rounding, for explanations. */
export function rawValue({ c, i, a }: Cia, method: ValueMethod = 'log-mean', weights: Weights = EVEN): number {
  const sum = weights.c + weights.i + weights.a
  const [wc, wi, wa] = sum > 0 ? [weights.c / sum, weights.i / sum, weights.a / sum] : [1 / 3, 1 / 3, 1 / 3]
  switch (method) {
    case 'log-mean':
      return Math.log2((2 ** c + 2 ** i + 2 ** a) / 3)
    case 'weighted-log':
      return Math.log2(wc * 2 ** c + wi * 2 ** i + wa * 2 ** a)
    case 'maximum':
      return Math.max(c, i, a)
    case 'weighted-mean':
      return wc * c + wi * i + wa * a
    case 'geometric':
      return Math.cbrt(c * i * a)
  }
}

/** @param importance of the business it closely serves, 1 to 5: at 5 the asset counts one more. */
export function assetValue(
  cia: Cia | null,
  importance: number | null = null,
  method: ValueMethod = 'log-mean',
  weights: Weights = EVEN,
): number {
  const value = cia === null ? UNRATED_VALUE : Math.round(rawValue(cia, method, weights))
  return Math.min(5, Math.max(1, value + (importance === 5 ? 1 : 0)))
}
