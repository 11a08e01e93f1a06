// What becomes of claims whose process ended: only the one that was on its way has an unknown outcome, the rest was never begun. Pure; used by the dispatcher.
import type { Delivery } from './delivery.js'

export interface LeftClaims {
  /** May have arrived. */
  readonly unknown: readonly Delivery[]
  /** Claimed with it, to be sent after it. */
  readonly unsent: readonly Delivery[]
}

/** A conversation is talked in one message at a time, in this order, each settled before the next. */
export function sortLeftClaims(left: readonly Delivery[], conversationOf: (row: Delivery) => string): LeftClaims {
  const first = new Map<string, Delivery>()
  for (const row of left) {
    const key = conversationOf(row)
    const known = first.get(key)
    if (!known || row.lane < known.lane || (row.lane === known.lane && row.id < known.id)) first.set(key, row)
  }
  const unknown = new Set(first.values())
  return { unknown: [...unknown], unsent: left.filter(row => !unknown.has(row)) }
}
