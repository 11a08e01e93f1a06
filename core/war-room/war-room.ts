// A group that belongs to one grave incident while it lasts, and what people write into its timeline.
import type { Instant } from '../ports/clock.js'

export interface WarRoom {
  readonly id: string
  readonly tenantId: string
  readonly incidentId: string
  /** The incident's number. */
  readonly subject: string
  readonly chatId: string
  readonly robot: string
  readonly boundBy: string
  readonly openedAt: Instant
  readonly closedAt: Instant | null
}

export interface TimelineNote {
  readonly id: string
  readonly tenantId: string
  readonly incidentId: string
  readonly by: string
  readonly at: Instant
  readonly words: string
}
