// The score of one day as it was then: kept, because what it was made of moves on.
import type { Instant } from '../ports/clock.js'
import type { Score } from './score.js'

export interface ScoreDay {
  readonly id: string
  readonly tenantId: string
  /** `YYYY-MM-DD` in the tenant's zone. */
  readonly day: string
  /** 0 to 100, one decimal. */
  readonly score: number
  readonly grade: string
  /** 0: a source was silent for more than a day, the score is not to be trusted. */
  readonly trusted: number
  readonly content: Score
  readonly createdAt: Instant
}
