// A row that something is due at: promises to customers, wakings, ends of what was accepted. Written with the change that starts it.
import type { Instant } from '../ports/clock.js'
import type { ClockKind, SlaMetric } from './sla-policy.js'

/** Besides promises: a suspended ticket wakes, an accepted risk ends, and is reminded of before. */
export type TimerKind =
  | SlaMetric
  | AssetAndFindingKind
  | 'wake'
  | 'acceptance_ending'
  | 'acceptance_ended'
  | 'regulatory_report'
  | 'regulatory_summary'
  | 'chase_owner'
  | 'exposure_ends'
  | 'change_watch'
  | 'advisory_publish'
  | 'playbook_start'
  | 'playbook_review'
  | 'war_room'
  | 'incident_report'

/** Nobody claimed a new asset; a finding has to be repaired, or what was decided about it ends. Rung by assets/asset-clock.ts and findings/finding-clock.ts. */
export type AssetAndFindingKind = 'asset_unclaimed' | 'finding_due' | 'finding_holds'

/** `cancelled`: what it counted for is no longer wanted. */
export type TimerOutcome = 'met' | 'cancelled'

export interface Timer {
  /** `<ticket id>:<kind>`, so that one thing has one running clock of a kind. */
  readonly id: string
  readonly tenantId: string
  readonly ticketId: string
  /** Number people know the ticket by. */
  readonly subject: string
  readonly kind: TimerKind
  readonly clock: ClockKind
  readonly startedAt: Instant
  /** Minutes of its clock; what is over can be asked for again with it. */
  readonly minutes: number
  readonly dueAt: Instant
  /** Null when nobody is warned, or when it was done. */
  readonly warnAt: Instant | null
  /** While it does not count. */
  readonly pausedAt: Instant | null
  /** Minutes of its clock it did not count so far. */
  readonly pausedMinutes: number
  /** When it ran out without being met; it is then still counted until it is met. */
  readonly breachedAt: Instant | null
  readonly doneAt: Instant | null
  readonly outcome: TimerOutcome | null
}
