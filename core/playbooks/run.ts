// A playbook being carried out for one incident, its steps, the editions customers got of it, and the evidence kept meanwhile.
import type { Instant } from '../ports/clock.js'
import type { Phase, PlaybookAction, PlaybookStep } from '../ports/playbook.js'

export interface PlaybookRun {
  readonly id: string
  readonly tenantId: string
  readonly incidentId: string
  /** The incident's number. */
  readonly subject: string
  readonly playbookId: string
  readonly version: number
  /** The customer's edition it follows; null: the general one. */
  readonly editionId: string | null
  readonly state: 'running' | 'finished'
  /** Userid, or `system`. */
  readonly startedBy: string
  readonly startedAt: Instant
  readonly finishedAt: Instant | null
}

export interface RunStep {
  readonly id: string
  readonly tenantId: string
  readonly runId: string
  /** From 1; what people call it by. */
  readonly position: number
  /** Of the playbook; `added-…` for what was not in it. */
  readonly stepId: string
  readonly phase: Phase | 'ask'
  readonly kind: 'question' | 'step' | 'added'
  readonly words: string
  readonly choices: readonly string[]
  readonly action: PlaybookAction | null
  /** 1: the step is only done when evidence was kept for it. */
  readonly evidence: 0 | 1
  readonly state: 'open' | 'done' | 'skipped'
  readonly by: string | null
  readonly at: Instant | null
  /** The answer, what was done, or why it was not. */
  readonly note: string
  /** Number of the disposal that was proposed for it. */
  readonly disposal: string | null
}

export interface EditionChange {
  readonly kind: 'added' | 'left-out' | 'kept'
  readonly step: string
  readonly why: string
}

/** A playbook as one customer has it: the general one, less what never fits there, with what was always added. */
export interface PlaybookEdition {
  readonly id: string
  readonly tenantId: string
  /** `PE-uni-261124-001`. */
  readonly number: string
  readonly playbookId: string
  readonly baseVersion: number
  readonly runId: string
  readonly state: 'proposed' | 'approved' | 'rejected' | 'replaced'
  readonly changes: readonly EditionChange[]
  readonly steps: readonly PlaybookStep[]
  readonly proposedAt: Instant
  readonly decidedBy: string | null
  readonly decidedAt: Instant | null
}

export interface Custody {
  readonly at: Instant
  /** Userid, or `system`. */
  readonly by: string
  readonly what: 'collected' | 'verified' | 'damaged'
  /** SHA-256 of the previous entry's hash and this entry, hex. */
  readonly hash: string
}

export interface EvidenceItem {
  readonly id: string
  readonly tenantId: string
  readonly incidentId: string
  readonly runId: string | null
  readonly position: number | null
  readonly name: string
  readonly size: number
  /** Of the bytes, hex. */
  readonly sha256: string
  readonly what: string
  readonly collectedBy: string
  readonly collectedAt: Instant
  readonly custody: readonly Custody[]
}
