// What a detection model reads and what it says: the only things that leave the hot lane towards alert-flow.ts.
import type { EcsEvent } from '../events/event.js'
import type { ArchivePosition } from '../ports/archive.js'
import type { Instant } from '../ports/clock.js'
import type { AttackResult, EventType, Severity } from './terms.js'

export interface JudgedEvent {
  readonly event: EcsEvent
  readonly position?: ArchivePosition
  readonly receivedAt: Instant
}

export interface HitEvidence {
  readonly position?: ArchivePosition
  /** At most 500 characters of the line as it came. */
  readonly raw: string
  readonly at: Instant
}

export interface Hit {
  readonly modelId: string
  /** Id of the rule, indicator or form of the model; at most 128 characters. */
  readonly ruleId: string
  /** Chinese, or the rule's own title. */
  readonly title: string
  readonly eventType: EventType
  readonly severity: Severity
  readonly attackResult: AttackResult
  /** Event time of the completing event. */
  readonly at: Instant
  readonly victim: { readonly host?: string; readonly ip?: string }
  readonly attacker?: { readonly ip: string }
  readonly userName?: string
  /** Events it stands for; a further hit of the same story carries the count so far, not the difference. */
  readonly count: number
  /** Login failures were followed by a success. */
  readonly succeeded?: boolean
  /** ATT&CK technique ids. */
  readonly attack: readonly string[]
  /** Chinese, one line with figures. */
  readonly reason: string
  /** At most five lines; the last one is the completing event's. */
  readonly evidence: readonly HitEvidence[]
  /** Author of the Sigma rule; must be shown with the alert (Detection Rule License 1.1). */
  readonly author?: string
  readonly references?: readonly string[]
  /** 0–1, `s` of domain.md 10.3. */
  readonly strength: number
  /**
   * Identity of the alert at the product that raised it, at most 80 characters: hits merge by it instead of by the attacker's network,
   * and incidents are grouped by victim and `ruleId`.
   */
  readonly fingerprint?: string
  /** The product says that it is over; strength 0, only with a fingerprint. */
  readonly resolved?: true
}
