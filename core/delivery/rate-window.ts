// How much may be said to one target in a minute and an hour, kept by the process that holds the road; pure but for its memory.
// Counting what was really sent (sliding window) instead of a refilling bucket: the services refuse by the same count.

export interface RateLimit {
  readonly perMinute?: number | undefined
  readonly perHour?: number | undefined
}

/** Longer than the service's own: what leaves sixty seconds apart may arrive a little closer. */
const MINUTE = 61_000
const HOUR = 3_602_000
/** A refusal teaches that others use the same quota: that long it is believed to be used up (milliseconds). */
const LEARNED = 60_000
/** One message a minute more is tried after so long without a refusal (milliseconds). */
const RELAX = 600_000
/** A refusal out of turn is no reason to fall silent: this part of what is documented is always tried. */
const LEAST = 1 / 3

export class RateWindow {
  private sent: number[] = []
  private blockedUntil = 0
  /** What a refusal taught: fewer a minute than documented, because others use the same quota. */
  private learned = Infinity
  private learnedAt = 0
  constructor(
    private readonly limit: RateLimit,
    /** Times (milliseconds) of what was sent before this process began, oldest first. */
    earlier: readonly number[] = [],
  ) {
    this.sent = [...earlier]
  }

  /** When the next message may leave: `now` or later. `reserve` messages are kept free for graver ones. */
  nextAt(now: number, reserve = 0): number {
    this.forget(now)
    const minute = this.freeAt(this.minuteLimit(now), MINUTE, now, reserve)
    return Math.max(now, this.blockedUntil, minute, this.freeAt(this.limit.perHour, HOUR, now, reserve))
  }

  note(now: number): void {
    this.sent.push(now)
  }

  /** The service refused: wait as it says, else a minute, and say no more in a minute than it took this time. */
  refused(now: number, retryAfterSeconds?: number): void {
    this.blockedUntil = Math.max(this.blockedUntil, now + (retryAfterSeconds ? retryAfterSeconds * 1000 : LEARNED))
    const documented = this.limit.perMinute ?? 0
    this.learned = Math.max(1, Math.ceil(documented * LEAST), this.sent.filter(at => at > now - MINUTE).length)
    this.learnedAt = now
  }

  private minuteLimit(now: number): number | undefined {
    // What was learned is forgotten step by step: the others may have stopped.
    const learned = this.learned + Math.floor((now - this.learnedAt) / RELAX)
    const documented = this.limit.perMinute
    return documented === undefined ? (Number.isFinite(learned) ? learned : undefined) : Math.min(documented, learned)
  }

  private freeAt(limit: number | undefined, span: number, now: number, reserve: number): number {
    if (limit === undefined) return now
    // Of a small quota less is kept free: what is not critical must be said at last.
    const allowed = Math.max(1, limit - Math.min(reserve, Math.floor(limit / 4)))
    const within = this.sent.filter(at => at > now - span)
    if (within.length < allowed) return now
    return (within[within.length - allowed] ?? now) + span
  }

  private forget(now: number): void {
    if (this.sent.length > 0 && (this.sent[0] ?? now) <= now - HOUR) this.sent = this.sent.filter(at => at > now - HOUR)
  }
}
