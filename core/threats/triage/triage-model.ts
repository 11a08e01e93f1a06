// The stored form of a triage model: one row per version, of a tenant or (PLATFORM) of all together.
import type { Instant } from '../../ports/clock.js'
import type { LogisticState } from './online-logistic.js'
import type { Ranked } from './ranking.js'

export interface TriageModelRow {
  readonly id: string
  readonly tenantId: string
  /** Counts up; a rolled-back model goes on under a new one. */
  readonly version: number
  /** One is active; earlier ones are kept as they were, to go back to. */
  readonly state: 'active' | 'kept' | 'withdrawn'
  /** Verdicts up to here were learned. */
  readonly cursor: Instant
  readonly weights: LogisticState
  /** Of the verdicts that are only measured: what was predicted before, and what people said; newest last. */
  readonly heldBack: readonly Ranked[]
  readonly updatedAt: Instant
}
