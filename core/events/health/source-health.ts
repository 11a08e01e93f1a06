// What is known about one source's wellbeing: a row per source, written some seconds apart, never per event. Written by the judge, the API role and the watching job.
import type { Instant } from '../../ports/clock.js'

export interface SourceHealthRow {
  /** Id of the source. */
  readonly id: string
  readonly tenantId: string
  /** When its last event was received; null before the first. Written by whoever judges the tenant. */
  readonly lastEventAt: Instant | null
  /** Lines of the hour under way and of the one before. Written with it. */
  readonly counts: HourCounts
  /** Median of received − said time, seconds; positive: the sender's clock is behind. Null when lines have no time of their own. */
  readonly skewSeconds: number | null
  /** Messages lost before the archive since ever, and when last. Written by the API role. */
  readonly dropped: number
  readonly droppedAt: Instant | null
  /** Written by the watching job. */
  readonly rhythm: Rhythm
  /** What is wrong and told, with since when. Written by the watching job. */
  readonly problems: Readonly<Partial<Record<SourceProblem, Instant>>>
  /** Dropped messages that were told. */
  readonly droppedTold: number
  readonly checkedAt: Instant | null
}

export type SourceProblem = 'silent' | 'unparsed' | 'skewed'

export interface HourCounts {
  /** `2026-11-24T08`, UTC. */
  readonly hour: string
  readonly total: number
  readonly unknown: number
  readonly totalBefore: number
  readonly unknownBefore: number
}

/** Of 48 kinds of quarter hours (hour of the day in UTC+8, working day or weekend): how many were watched, and in how many something came. */
export interface Rhythm {
  readonly watched: readonly number[]
  readonly active: readonly number[]
  /** Quarter hours since 1970 up to which this holds. */
  readonly upTo: number
  /** The service was not watching before (milliseconds): its own absence is no silence of the source. */
  readonly since: number
}

export const noCounts: HourCounts = { hour: '', total: 0, unknown: 0, totalBefore: 0, unknownBefore: 0 }
export const noRhythm: Rhythm = { watched: [], active: [], upTo: 0, since: 0 }

export function newHealth(tenantId: string, id: string): SourceHealthRow {
  return {
    id,
    tenantId,
    lastEventAt: null,
    counts: noCounts,
    skewSeconds: null,
    dropped: 0,
    droppedAt: null,
    rhythm: noRhythm,
    problems: {},
    droppedTold: 0,
    checkedAt: null,
  }
}

/** Counts with those of one flush added; hours that lie back further are forgotten. */
export function addCounts(counts: HourCounts, hour: string, total: number, unknown: number): HourCounts {
  if (counts.hour === hour) return { ...counts, total: counts.total + total, unknown: counts.unknown + unknown }
  if (counts.hour > hour) return { ...counts, totalBefore: counts.totalBefore + total, unknownBefore: counts.unknownBefore + unknown }
  const follows = Date.parse(`${hour}:00:00.000Z`) - Date.parse(`${counts.hour}:00:00.000Z`) === 3_600_000
  return { hour, total, unknown, totalBefore: follows ? counts.total : 0, unknownBefore: follows ? counts.unknown : 0 }
}

/** Share of lines no format knew, 0 to 1, over this hour and the one before; undefined below 50 lines. */
export function unknownShare(counts: HourCounts): number | undefined {
  const total = counts.total + counts.totalBefore
  return total < 50 ? undefined : (counts.unknown + counts.unknownBefore) / total
}
