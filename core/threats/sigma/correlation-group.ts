// The matches of one group of a correlation (one user, one address …) and when they make it fire; kept by correlation-engine.ts.
import { makeGauge, holds, type Entry, type Gauge } from './correlation-gauge.js'
import { MAX_COUNTED, MAX_VALUES_KEPT, type Correlation } from './correlation-rule.js'

/** Matches shown with a firing, the completing one not counted. */
export const MAX_EVIDENCE = 4

export interface Firing {
  /** What was measured: events, values, rules. */
  readonly measured: number
  /** Time of the completing match. */
  readonly at: number
}

export type Outcome = Firing | 'late' | undefined

export class CorrelationGroup<T> {
  private entries: Entry[] = []
  private gauge: Gauge
  newest = -Infinity
  /** Since when a window that is judged at its end is open. */
  openedAt: number | undefined
  firedAt: number | undefined
  dropped = 0
  /** Latest matches as evidence, by the rule they are of for the temporal types, else in turn. */
  private evidence: (readonly [number, T])[] = []

  constructor(private readonly correlation: Correlation) {
    this.gauge = makeGauge(correlation)
  }

  get size(): number {
    return this.entries.length
  }

  /** Matches that led to where the group is, oldest first. */
  tokens(): T[] {
    return this.evidence.map(([, token]) => token)
  }

  add(entry: Entry, token: T): Outcome {
    const { timespanMs, onClose } = this.correlation
    const late = entry.at < this.newest
    if (late && (entry.at <= this.newest - timespanMs || (onClose && entry.at < (this.openedAt ?? -Infinity)))) return 'late'
    this.remember(entry, token)
    if (onClose) this.openedAt ??= entry.at
    if (late) return this.insert(entry)
    this.newest = entry.at
    this.entries.push(entry)
    this.forget()
    return this.step(this.gauge, entry, !onClose)
  }

  /** The window of a correlation judged at its end is over; the next match opens another. */
  close(): Firing | undefined {
    const measured = this.entries.length === 0 ? undefined : this.gauge.measure(this.newest)
    this.entries = []
    this.gauge = makeGauge(this.correlation)
    this.openedAt = undefined
    return measured !== undefined && holds(this.correlation, measured) ? { measured, at: this.newest } : undefined
  }

  private step(gauge: Gauge, entry: Entry, mayFire: boolean): Firing | undefined {
    const { correlation } = this
    const before = mayFire && this.firedAt !== undefined && holds(correlation, gauge.measure(entry.at))
    gauge.add(entry)
    if (!mayFire) return undefined
    const measured = gauge.measure(entry.at)
    if (measured === undefined || !holds(correlation, measured)) return undefined
    // It has held ever since it was told, and that is not a whole timespan ago.
    if (before && Math.abs(entry.at - this.firedAt!) < correlation.timespanMs) return undefined
    this.firedAt = Math.max(entry.at, this.firedAt ?? -Infinity)
    return { measured, at: entry.at }
  }

  /** A late match goes to its place; the windows it belongs to are judged again. */
  private insert(entry: Entry): Firing | undefined {
    let place = this.entries.length
    while (place > 0 && this.entries[place - 1]!.at > entry.at) place -= 1
    this.entries.splice(place, 0, entry)
    this.forget()
    const { timespanMs, onClose } = this.correlation
    const gauge = makeGauge(this.correlation)
    let fired: Firing | undefined
    for (const [at, one] of this.entries.entries()) {
      const isConcerned = at >= place && one.at < entry.at + timespanMs && !onClose
      fired ??= this.step(gauge, one, isConcerned && fired === undefined)
    }
    this.gauge = gauge
    return fired
  }

  /** Twice the timespan is kept, so that a late match meets everything its windows hold. */
  private forget(): void {
    const { timespanMs, type, onClose } = this.correlation
    const most = type === 'event_count' ? MAX_COUNTED : MAX_VALUES_KEPT
    let gone = 0
    if (!onClose) while (gone < this.entries.length && this.entries[gone]!.at <= this.newest - 2 * timespanMs) gone += 1
    if (this.entries.length - gone > most) {
      // Room for a while, so that a flood does not move everything at every match.
      const excess = this.entries.length - gone - most + Math.ceil(most / 16)
      this.dropped += excess
      gone += excess
    }
    // Moving everything for a few is not worth it either.
    if (gone > 0 && (gone >= 32 || gone * 2 >= this.entries.length)) this.entries.splice(0, gone)
  }

  private remember({ part }: Entry, token: T): void {
    const temporal = this.correlation.type.startsWith('temporal')
    if (temporal) this.evidence = this.evidence.filter(([known]) => known !== part)
    this.evidence.push([part, token])
    if (this.evidence.length > MAX_EVIDENCE + 1) this.evidence.shift()
  }

  /** @param most matches saved, the newest */
  saved(most: number): SavedGroup<T> {
    const { newest, openedAt, firedAt } = this
    return {
      entries: this.entries.slice(-most).map(({ at, part, values }) => [at, part, [...values]]),
      evidence: this.evidence,
      ...(Number.isFinite(newest) ? { newest } : {}),
      ...(openedAt === undefined ? {} : { openedAt }),
      ...(firedAt === undefined ? {} : { firedAt }),
    }
  }

  static restored<T>(correlation: Correlation, saved: SavedGroup<T>): CorrelationGroup<T> {
    const group = new CorrelationGroup<T>(correlation)
    const entries = saved.entries
      .filter(([, part]) => part < correlation.parts.length)
      .map(([at, part, values]) => ({ at, part, values }))
      .sort((a, b) => a.at - b.at)
    for (const entry of entries) group.gauge.add(entry)
    group.entries = entries
    group.newest = entries.at(-1)?.at ?? saved.newest ?? -Infinity
    group.openedAt = saved.openedAt
    group.firedAt = saved.firedAt
    group.evidence = saved.evidence.slice(-MAX_EVIDENCE - 1)
    return group
  }
}

/** Plain JSON. */
export interface SavedGroup<T> {
  readonly entries: readonly (readonly [number, number, readonly (string | number)[]])[]
  readonly evidence: readonly (readonly [number, T])[]
  readonly newest?: number
  readonly openedAt?: number
  readonly firedAt?: number
}
