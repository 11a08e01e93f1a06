// Whether the customer's network feels the scan: response times of one control connection before, during and after. Pure; slice-work.ts feeds it.

export type Verdict = 'steady' | 'slow' | 'stop'

/** Slower by half: go slower; three times as slow: stop (issue: +50 %, +200 %). */
const SLOWER = 1.5
const STOPS = 3
/** Differences below are the noise of any network and of this machine. */
const NOISE_MILLISECONDS = 50
const LAST = 5

export class ImpactWatch {
  private readonly recent: number[] = []
  private readonly all: number[] = []
  readonly before: number | null

  /** Response times in milliseconds before the first probe. */
  constructor(before: readonly number[]) {
    this.before = median(before)
  }

  get during(): number | null {
    return median(this.all)
  }

  /** A connection that did not come about counts as the time-out. */
  judge(sample: number): Verdict {
    this.recent.push(sample)
    if (this.recent.length > LAST) this.recent.shift()
    if (this.all.length < 10_000) this.all.push(sample)
    const now = median(this.recent)
    // One slow answer is an accident; three of the last ones are not.
    if (this.before === null || now === null || this.recent.length < 3 || now - this.before < NOISE_MILLISECONDS) return 'steady'
    const verdict = now >= this.before * STOPS ? 'stop' : now >= this.before * SLOWER ? 'slow' : 'steady'
    // After a change of pace the next samples decide anew.
    if (verdict === 'slow') this.recent.length = 0
    return verdict
  }
}

export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const value = sorted.length % 2 === 1 ? sorted[middle] : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
  return Math.round((value ?? 0) * 10) / 10
}
