// Keeps a flood of equal matches from becoming a flood of hits: says which match of a key is worth saying. Used by intel-match and sigma-rule.
import { z } from 'zod'
import { ownText } from '../../own-text.js'

export interface BrakePolicy {
  /** Every one of the first so many matches is said. */
  readonly free: number
  /** Then again whenever the count has doubled since it was last said. */
  readonly doubling: boolean
  /** And at the first match this long after it was last said. */
  readonly intervalSeconds: number
  /** After a silence this long the count begins anew. */
  readonly forgetSeconds: number
  /** Keys remembered; the longest unused is forgotten first. */
  readonly maxKeys: number
}

interface Tally {
  count: number
  said: number
  saidAt: number
  firstAt: number
  lastAt: number
}

const SAVED_KEYS = 1_000
const MAX_KEY = 400
const number = z.number().min(-1e15).max(1e15)
const Saved = z.array(z.tuple([z.string().max(MAX_KEY), number, number, number, number, number])).max(SAVED_KEYS)

export class RepeatBrake {
  private tallies = new Map<string, Tally>()
  constructor(private readonly policy: BrakePolicy) {}

  /** Count so far and since when, if this match is to be said. Times are event times in milliseconds and may go back a little. */
  said(longKey: string, at: number): { count: number; firstAt: number } | undefined {
    const key = longKey.slice(0, MAX_KEY)
    const known = this.tallies.get(key)
    const { free, doubling, intervalSeconds, forgetSeconds, maxKeys } = this.policy
    const fresh = known === undefined || at - known.lastAt > forgetSeconds * 1000
    const tally = fresh ? { count: 0, said: 0, saidAt: at, firstAt: at, lastAt: at } : known
    this.tallies.delete(key)
    this.tallies.set(ownText(key), tally)
    if (this.tallies.size > maxKeys) this.tallies.delete(this.tallies.keys().next().value!)
    tally.count += 1
    tally.lastAt = Math.max(tally.lastAt, at)
    tally.firstAt = Math.min(tally.firstAt, at)
    const due = tally.count <= free || (doubling && tally.count >= tally.said * 2) || at - tally.saidAt >= intervalSeconds * 1000
    if (!due) return undefined
    tally.said = tally.count
    tally.saidAt = Math.max(tally.saidAt, at)
    return { count: tally.count, firstAt: tally.firstAt }
  }

  /** The most recently used keys. */
  snapshot(): unknown {
    return [...this.tallies].slice(-SAVED_KEYS).map(([key, t]) => [key, t.count, t.said, t.saidAt, t.firstAt, t.lastAt])
  }

  restore(state: unknown): void {
    const saved = Saved.safeParse(state)
    this.tallies = new Map(
      (saved.data ?? []).map(([key, count, said, saidAt, firstAt, lastAt]) => [key, { count, said, saidAt, firstAt, lastAt }]),
    )
  }
}
