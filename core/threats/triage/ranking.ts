// Figures of a ranking: area under the curve, average precision, recall at a share of false alarms. Used by triage-service.ts and the campaign of the models.

export interface Ranked {
  readonly score: number
  readonly positive: boolean
}

/** Area under the receiver operating characteristic; ties count half. */
export function areaUnderCurve(items: readonly Ranked[]): number {
  const sorted = [...items].sort((a, b) => a.score - b.score)
  let positives = 0
  let ranks = 0
  for (let from = 0; from < sorted.length;) {
    let to = from
    while (to < sorted.length && sorted[to]!.score === sorted[from]!.score) to++
    const found = sorted.slice(from, to).filter(item => item.positive).length
    positives += found
    ranks += found * ((from + 1 + to) / 2)
    from = to
  }
  return (ranks - (positives * (positives + 1)) / 2) / (positives * (sorted.length - positives))
}

/** Mean of the precision at each positive, highest score first. */
export function averagePrecision(items: readonly Ranked[]): number {
  const sorted = [...items].sort((a, b) => b.score - a.score)
  let found = 0
  let sum = 0
  for (const [n, item] of sorted.entries()) {
    if (!item.positive) continue
    found++
    sum += found / (n + 1)
  }
  return found === 0 ? NaN : sum / found
}

/** The score above which this share of the others lies. */
export function thresholdAt(falseAlarms: number, others: readonly number[]): number {
  const sorted = [...others].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * (1 - falseAlarms)))] ?? Infinity
}

/** Mean distance of promised and real shares over ten equal parts of the ranking. */
export function calibrationError(items: readonly Ranked[]): number {
  const sorted = [...items].sort((a, b) => a.score - b.score)
  let sum = 0
  for (let part = 0; part < 10; part++) {
    const group = sorted.slice(Math.floor((sorted.length * part) / 10), Math.floor((sorted.length * (part + 1)) / 10))
    const promised = group.reduce((total, item) => total + item.score, 0)
    sum += Math.abs(promised - group.filter(item => item.positive).length)
  }
  return sum / sorted.length
}
