// What a correlation measures in a sliding window, kept up to date match by match; used by correlation-group.ts.
import { orders } from './compare.js'
import type { Correlation } from './correlation-rule.js'

/** One match: its time in milliseconds, which of the correlation's rules it is of, and what the value types read from it. */
export interface Entry {
  readonly at: number
  readonly part: number
  readonly values: readonly (string | number)[]
}

/** Times handed in never go back. The window at `at` is (at − timespan, at]. */
export interface Gauge {
  add(entry: Entry): void
  /** Undefined when there is nothing to measure. */
  measure(at: number): number | undefined
}

export function makeGauge(correlation: Correlation): Gauge {
  const { type, timespanMs, parts, percentile } = correlation
  switch (type) {
    case 'event_count':
      return new CountGauge(timespanMs)
    case 'value_count':
      return new DistinctGauge(timespanMs, ({ values }) => values)
    case 'temporal':
      return new DistinctGauge(timespanMs, ({ part }) => [part])
    case 'temporal_ordered':
      return new OrderGauge(timespanMs, parts.length)
    case 'value_sum':
    case 'value_avg':
      return new SumGauge(timespanMs, type === 'value_avg')
    case 'value_percentile':
      return new PercentileGauge(timespanMs, percentile)
  }
}

export function holds(correlation: Correlation, measured: number | undefined): boolean {
  if (measured === undefined) return false
  if (correlation.comparisons.length === 0) return measured >= correlation.parts.length
  return correlation.comparisons.every(({ order, value }) => (order === 'neq' ? measured !== value : orders[order](measured, value)))
}

/** First in, first out, without moving the rest at every step. */
class Fifo<T> {
  private items: T[] = []
  private head = 0
  get size(): number {
    return this.items.length - this.head
  }
  push(item: T): void {
    this.items.push(item)
  }
  first(): T | undefined {
    return this.items[this.head]
  }
  shift(): void {
    this.head += 1
    if (this.head < 64 || this.head * 2 < this.items.length) return
    this.items = this.items.slice(this.head)
    this.head = 0
  }
}

class CountGauge implements Gauge {
  private readonly times = new Fifo<number>()
  constructor(private readonly span: number) {}
  add({ at }: Entry): void {
    this.times.push(at)
  }
  measure(at: number): number {
    while (this.times.size > 0 && this.times.first()! <= at - this.span) this.times.shift()
    return this.times.size
  }
}

class DistinctGauge implements Gauge {
  /** When each key was last seen, in that order. */
  private readonly last = new Map<string | number, number>()
  constructor(
    private readonly span: number,
    private readonly keysOf: (entry: Entry) => readonly (string | number)[],
  ) {}
  add(entry: Entry): void {
    for (const key of this.keysOf(entry)) {
      this.last.delete(key)
      this.last.set(key, entry.at)
    }
  }
  measure(at: number): number {
    for (const [key, seen] of this.last) {
      if (seen > at - this.span) break
      this.last.delete(key)
    }
    return this.last.size
  }
}

class SumGauge implements Gauge {
  private readonly entries = new Fifo<{ readonly at: number; readonly value: number }>()
  private sum = 0
  constructor(
    private readonly span: number,
    private readonly isMean: boolean,
  ) {}
  add({ at, values }: Entry): void {
    for (const value of values) {
      this.entries.push({ at, value: value as number })
      this.sum += value as number
    }
  }
  measure(at: number): number | undefined {
    while (this.entries.size > 0 && this.entries.first()!.at <= at - this.span) {
      this.sum -= this.entries.first()!.value
      this.entries.shift()
    }
    if (this.entries.size === 0) {
      // What rounding has left over must not stay.
      this.sum = 0
      return undefined
    }
    return this.isMean ? this.sum / this.entries.size : this.sum
  }
}

/** Nearest rank: the smallest value that at least `percentile` per cent of the values do not exceed. */
class PercentileGauge implements Gauge {
  private readonly entries = new Fifo<{ readonly at: number; readonly value: number }>()
  private readonly sorted: number[] = []
  constructor(
    private readonly span: number,
    private readonly percentile: number,
  ) {}
  add({ at, values }: Entry): void {
    for (const value of values as readonly number[]) {
      this.entries.push({ at, value })
      this.sorted.splice(this.placeOf(value), 0, value)
    }
  }
  measure(at: number): number | undefined {
    while (this.entries.size > 0 && this.entries.first()!.at <= at - this.span) {
      this.sorted.splice(this.placeOf(this.entries.first()!.value), 1)
      this.entries.shift()
    }
    const rank = Math.max(1, Math.ceil((this.percentile / 100) * this.sorted.length))
    return this.sorted[rank - 1]
  }
  private placeOf(value: number): number {
    let low = 0
    let high = this.sorted.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.sorted[middle]! < value) low = middle + 1
      else high = middle
    }
    return low
  }
}

/**
 * The longest chain of matches of different rules in the order the correlation names them. For every rule and length it is enough to know the
 * latest time at which a chain of that length ending with that rule can have begun.
 */
class OrderGauge implements Gauge {
  private readonly begun: number[][]
  private readonly last: number[]
  constructor(
    private readonly span: number,
    private readonly parts: number,
  ) {
    this.begun = Array.from({ length: parts }, () => Array.from({ length: parts + 1 }, () => -Infinity))
    this.last = Array.from({ length: parts }, () => -Infinity)
  }
  add({ at, part }: Entry): void {
    this.last[part] = at
    this.begun[part]![1] = at
    this.extend(part)
    // What matched later rules at this very time may follow this match as well.
    for (let later = part + 1; later < this.parts; later += 1) if (this.last[later] === at) this.extend(later)
  }
  measure(at: number): number {
    for (let length = this.parts; length >= 1; length -= 1) if (this.begun.some(begun => begun[length]! > at - this.span)) return length
    return 0
  }
  private extend(part: number): void {
    const own = this.begun[part]!
    for (let before = 0; before < part; before += 1)
      for (let length = 2; length <= before + 2; length += 1) own[length] = Math.max(own[length]!, this.begun[before]![length - 1]!)
  }
}
