// Whether a group can still be reached, found out without saying anything there; adapters/chat/wecom implements it, core/delivery/reach-watch.ts asks.
import type { RoadId } from './road.js'

/** `unsure`: the service answered in a way that proves nothing, or not at all: that is for other watchmen. */
export type Reachability = { readonly state: 'reached' | 'unsure' } | { readonly state: 'dead'; readonly code: string }

export interface ReachTarget {
  readonly road: Extract<RoadId, 'robot' | 'webhook'>
  /** Name of the robot's row. */
  readonly robot: string
  readonly chatId: string
  /** webhook: the full address, a secret. */
  readonly address: string
}

export interface ReachProbe {
  /** Nothing of it is ever seen in the group. Never rejects, and ends within some seconds. */
  probe(target: ReachTarget): Promise<Reachability>
}
