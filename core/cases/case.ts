// Tickets beside incidents: exposures, configuration changes, advisories and service orders (domain.md 5.5–5.8). One row and one mover for
// all four; what differs is the table of each kind.
import type { Instant } from '../ports/clock.js'
import type { Severity } from '../threats/terms.js'
import type { Channel } from '../tickets/ticket.js'

export const caseKinds = ['exposure', 'configuration_change', 'advisory', 'service_order'] as const
export type CaseKind = (typeof caseKinds)[number]

/** What a step rests on. */
export type CaseEvidenceKind =
  'reason' | 'owner' | 'method' | 'plan' | 'approval' | 'verification' | 'scope' | 'letter' | 'schedule' | 'presence' | 'deliverable'

export interface CaseEvidence {
  readonly kind: CaseEvidenceKind
  readonly text: string
  /** Number or SHA-256 of the thing, where it has one. */
  readonly reference?: string
}

export interface Case {
  readonly id: string
  readonly tenantId: string
  /** `TK-`, `AD-` or `SO-`. */
  readonly number: string
  readonly kind: CaseKind
  readonly state: string
  readonly title: string
  readonly severity: Severity
  /** Userid of who has to act; null when nobody was named. */
  readonly owner: string | null
  /** End of what was allowed for a time. */
  readonly until: Instant | null
  /** Number of what it came of: an advisory's draft, an incident. */
  readonly origin: string | null
  /** What the same thing is recognised by; one open case for each. */
  readonly identity: string
  /** By kind: exposure.ts, configuration-change.ts, advisory.ts, service-order.ts. */
  readonly details: unknown
  readonly openedBy: string
  readonly createdAt: Instant
  readonly updatedAt: Instant
  readonly closedAt: Instant | null
}

export interface CaseTransition {
  readonly id: string
  readonly tenantId: string
  readonly caseId: string
  readonly from: string | null
  readonly to: string
  /** Row of the kind's table. */
  readonly rule: number
  readonly by: string
  readonly at: Instant
  readonly channel: Channel
  readonly evidence: readonly CaseEvidence[]
}
