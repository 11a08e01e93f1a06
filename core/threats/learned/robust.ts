// Statistics that a few wild values do not move: median, spread by the median absolute deviation, robust z (domain.md 10.2, M4).

/** 0 of nothing. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return 0
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Median distance from the median. */
export function medianDeviation(values: readonly number[]): number {
  const middle = median(values)
  return median(values.map(value => Math.abs(value - middle)))
}

/** Deviation as a share of the median; 1 or more is no regularity at all. Infinite around 0. */
export function dispersion(values: readonly number[]): number {
  const middle = median(values)
  return middle > 0 ? medianDeviation(values) / middle : Infinity
}

/**
 * (x − median) / (1.4826 · MAD). Of values that hardly vary the deviation is taken as a tenth of the median, but at least `least`:
 * otherwise the first small difference would be endlessly far.
 */
export function robustZ(value: number, before: readonly number[], least = 1): number {
  const spread = Math.max(1.4826 * medianDeviation(before), 0.1 * median(before), least)
  return (value - median(before)) / spread
}
