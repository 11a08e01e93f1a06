// Events by the hour, source and dataset: what reports read instead of the archive. Written by event-tally.ts.
import type { Instant } from '../ports/clock.js'

export interface EventHour {
  /** SHA-256 of tenant, hour, source and dataset, hex: one row of each. */
  readonly id: string
  readonly tenantId: string
  /** First instant of the hour of receipt, UTC. */
  readonly hour: Instant
  readonly sourceId: string
  /** What was recognised; `unknown` when nothing was. */
  readonly dataset: string
  readonly events: number
}
