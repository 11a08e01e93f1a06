// How much the connections of one pair look like a program calling home: regular in time and size, to a place few others know. Pure; used by beacon-ledger.ts.
import { dispersion, median } from './robust.js'

export interface BeaconSigns {
  /** 0–1; domain.md 10.2 speaks from 0.7. */
  readonly score: number
  /** Seconds: the median interval. */
  readonly period: number
  /** Spread of the interval as a share of it, missed calls taken out. */
  readonly jitter: number
}

/** A program that was switched off, or whose call was lost, misses at most so many calls in a row before it counts as a new beginning. */
const MISSED = 12
const LEAST_PERIOD = 10
const MOST_PERIOD = 86_400
/** Spread of the interval at which nothing regular is left: evenly spread over half the period either way gives 0.25. */
const NO_RHYTHM = 0.5
const NO_SIZE = 0.3

/**
 * @param times seconds, ascending; @param sizes bytes sent, or none where the device does not count; @param replies bytes received
 * @param sources hosts known to talk to the destination: what many use is a service, not an implant
 */
export function beaconSigns(times: readonly number[], sizes: readonly number[], replies: readonly number[], sources: number): BeaconSigns {
  const intervals = times.slice(1).map((at, n) => at - times[n]!)
  const period = median(intervals)
  if (period < LEAST_PERIOD || period > MOST_PERIOD) return { score: 0, period, jitter: Infinity }
  const folded: number[] = []
  let early = 0
  for (const interval of intervals) {
    const calls = Math.max(1, Math.round(interval / period))
    if (calls <= MISSED) folded.push(interval / calls)
    if (interval < 0.35 * period) early++
  }
  const jitter = dispersion(folded)
  const rhythm = part(jitter, NO_RHYTHM)
  const steady = 1 - Math.min(1, (4 * early) / intervals.length)
  const isCounted = sizes.some(size => size > 0)
  const even = isCounted ? part(dispersion(sizes), NO_SIZE) : 0
  const answered = isCounted ? part(dispersion(replies), 1) : 0
  const found = isCounted ? 0.45 * rhythm + 0.15 * steady + 0.3 * even + 0.1 * answered : 0.65 * rhythm + 0.2 * steady
  const rare = 1 / (1 + Math.max(0, sources - 2) / 6)
  return { score: found * rare, period, jitter }
}

function part(spread: number, none: number): number {
  return Math.max(0, 1 - spread / none)
}
