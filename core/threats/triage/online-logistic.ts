// A logistic model that learns from one verdict after the other and knows how sure it is of each weight. Used by triage-service.ts and the campaign.

/** A feature's name and value; absent features are 0. */
export type Features = ReadonlyMap<string, number>

export interface LogisticState {
  /** Name → mean and variance of its weight; what was never seen has the prior's. */
  readonly weights: readonly (readonly [name: string, mean: number, variance: number])[]
  readonly learned: number
}

/** Weights remembered; those that are known best stay. */
const MAX_WEIGHTS = 4_000

/**
 * Extended Kalman filter with a diagonal covariance: each verdict moves the weights the more, the less is known about them.
 * After Bishop, Pattern Recognition and Machine Learning, 4.5 (Laplace approximation, predictive distribution).
 */
export class OnlineLogistic {
  private weights = new Map<string, { mean: number; variance: number }>()
  private count = 0
  constructor(private readonly priorVariance = 1) {}

  get learned(): number {
    return this.count
  }

  /** Log-odds and their variance. */
  linear(features: Features): { mean: number; variance: number } {
    let mean = 0
    let variance = 0
    for (const [name, value] of features) {
      const weight = this.weights.get(name)
      mean += (weight?.mean ?? 0) * value
      variance += (weight?.variance ?? this.priorVariance) * value * value
    }
    return { mean, variance }
  }

  /** @param offset log-odds known from elsewhere, which are not learned again */
  learn(features: Features, isTrue: boolean, offset = 0): void {
    const { mean, variance } = this.linear(features)
    const p = sigmoid(mean + offset)
    const curvature = p * (1 - p)
    const shrink = 1 / (1 + curvature * variance)
    const error = (isTrue ? 1 : 0) - p
    for (const [name, value] of features) {
      if (value === 0) continue
      const weight = this.weights.get(name) ?? { mean: 0, variance: this.priorVariance }
      const step = weight.variance * value * shrink
      weight.mean += step * error
      weight.variance = Math.max(1e-6, weight.variance - step * step * (curvature / shrink))
      this.weights.set(name, weight)
    }
    this.count++
    if (this.weights.size > MAX_WEIGHTS) this.forget()
  }

  save(): LogisticState {
    const round = (value: number) => Math.round(value * 1e6) / 1e6
    return { learned: this.count, weights: [...this.weights].map(([name, { mean, variance }]) => [name, round(mean), round(variance)]) }
  }

  static load(state: LogisticState, priorVariance: number): OnlineLogistic {
    const model = new OnlineLogistic(priorVariance)
    model.count = state.learned
    model.weights = new Map(state.weights.slice(0, MAX_WEIGHTS).map(([name, mean, variance]) => [name, { mean, variance }]))
    return model
  }

  /** The tenth about which least is known; forgetting one by one would sort at every verdict. */
  private forget(): void {
    const kept = [...this.weights].sort((a, b) => a[1].variance - b[1].variance).slice(0, MAX_WEIGHTS * 0.9)
    this.weights = new Map(kept)
  }
}

/** Probability with the model's own doubt in it: what is little known is drawn towards a half. */
export function probability(mean: number, variance: number): number {
  return sigmoid(mean / Math.sqrt(1 + (Math.PI * variance) / 8))
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}
