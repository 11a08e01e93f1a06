// Time as the core sees it; tests hand in a clock they can turn.

/** An instant in UTC as `2026-11-24T08:30:00.000Z`: always 24 characters, so text order is time order in every database. */
export type Instant = string

export interface Clock {
  /** Milliseconds since 1970-01-01T00:00Z. */
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }

export function instant(milliseconds: number): Instant {
  return new Date(milliseconds).toISOString()
}

export function plusSeconds(at: Instant, seconds: number): Instant {
  return instant(Date.parse(at) + seconds * 1000)
}
