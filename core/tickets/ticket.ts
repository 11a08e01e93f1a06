// Tickets and their transitions; the table of what may follow what is incident-states.ts.
import type { Instant } from '../ports/clock.js'
import type { Priority } from '../threats/terms.js'

export type { Priority }

export type IncidentState =
  | 'new'
  | 'triaging'
  | 'confirmed'
  | 'awaiting_customer'
  | 'containing'
  | 'eradicating'
  | 'recovering'
  | 'verifying'
  | 'observing'
  | 'reviewing'
  | 'closed'
  | 'false_positive'
  | 'duplicate'
  | 'accepted_risk'
  | 'suspended'

export interface Ticket {
  readonly id: string
  readonly tenantId: string
  readonly number: string
  readonly type: 'incident'
  /** Id of the incident. */
  readonly subjectId: string
  readonly state: IncidentState
  readonly priority: Priority
  readonly assignee: string | null
  readonly claimedAt: Instant | null
  /** End of the observation, once it runs. */
  readonly observeUntil: Instant | null
  readonly closedAt: Instant | null
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

/** Where a change came in by; all doors lead to the same service. */
export type Channel = 'card' | 'text' | 'web' | 'api' | 'system'

export interface Evidence {
  readonly kind: 'alert' | 'verdict' | 'plan' | 'approval' | 'receipt' | 'verification' | 'text' | 'claim' | 'duplicate'
  /** Number of the thing, where it has one. */
  readonly reference?: string
  readonly text: string
  /** How long what it says holds, for what ends by itself. */
  readonly until?: Instant
}

export interface TicketTransition {
  readonly id: string
  readonly tenantId: string
  readonly ticketId: string
  readonly from: IncidentState | null
  readonly to: IncidentState
  /** Row of the table in incident-states.ts. */
  readonly rule: number
  /** Userid, or `system`. */
  readonly by: string
  readonly at: Instant
  readonly channel: Channel
  readonly evidence: readonly Evidence[]
  readonly comment: string
}
