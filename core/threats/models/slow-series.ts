// The times of one party's failed logins over hours: told when there are many, or when they come as regularly as a clock. Used by login-pressure.ts.

export interface SlowFinding {
  readonly kind: 'slow' | 'regular'
  readonly count: number
  readonly spanMilliseconds: number
  readonly everyMilliseconds: number
}

/** Four attempts have three gaps; gaps below five minutes are no slow attack. */
const REGULAR_ATTEMPTS = 4
const REGULAR_GAP = 300_000
/** Standard deviation of the gaps over their mean. */
const REGULAR_SPREAD = 0.2
const MAX_TIMES = 500

export class SlowSeries {
  /** Times of attempts in order; the first two places of what is saved are what was said, and when. */
  private times: number[]
  private said: number
  private saidAt: number
  constructor(saved: readonly number[] = []) {
    ;[this.said = 0, this.saidAt = 0] = saved
    this.times = saved.slice(2)
  }

  /** @param window milliseconds */
  add(at: number, weight: number, attempts: number, window: number): SlowFinding | undefined {
    for (let n = 0; n < Math.min(weight, attempts); n += 1) this.times.push(at)
    if (this.times.length > 1 && this.times.at(-2)! > at) this.times.sort((a, b) => a - b)
    const newest = this.times.at(-1)!
    const first = this.times.findIndex(time => time > newest - window)
    this.times = this.times.slice(Math.max(first, this.times.length - MAX_TIMES))
    const count = this.times.length
    if (count < this.said) this.said = 0
    const regular = this.regularGap()
    if (count < attempts && regular === undefined) return undefined
    if (this.said > 0 && count < this.said * 2 && at - this.saidAt < window) return undefined
    this.said = count
    this.saidAt = at
    const spanMilliseconds = newest - this.times[0]!
    return {
      kind: regular === undefined ? 'slow' : 'regular',
      count,
      spanMilliseconds,
      everyMilliseconds: regular ?? spanMilliseconds / Math.max(1, count - 1),
    }
  }

  save(): number[] {
    return [this.said, this.saidAt, ...this.times]
  }

  /** Mean gap of the last attempts if they are as far apart as by a clock. */
  private regularGap(): number | undefined {
    const times = this.times.slice(-REGULAR_ATTEMPTS)
    if (times.length < REGULAR_ATTEMPTS) return undefined
    const gaps = times.slice(1).map((time, n) => time - times[n]!)
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
    if (Math.min(...gaps) < REGULAR_GAP) return undefined
    const spread = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length)
    return spread <= mean * REGULAR_SPREAD ? mean : undefined
  }
}
