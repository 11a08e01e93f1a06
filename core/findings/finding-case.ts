// What people do about a finding, beside its state: its number, whose it is, its extension, an expert's assessment; a row only for findings
// somebody has to do with, so that a million of them cost nothing. And the re-verifications that were asked for.
import type { Instant } from '../ports/clock.js'
import type { CoverageFact } from '../ports/scan-import.js'
import type { Severity } from '../threats/terms.js'

export interface Extension {
  readonly until: Instant
  readonly reason: string
  readonly by: string
  readonly at: Instant
  readonly state: 'asked' | 'granted' | 'refused'
  readonly decidedBy?: string
}

/** Why an expert thinks less of it; when it is no longer so, the finding is back. */
export type AssessmentCondition =
  | { readonly kind: 'not-public' }
  /** What listens at the finding's port is still the same. */
  | { readonly kind: 'same-service'; readonly fingerprint: string }
  | { readonly kind: 'port-closed' }
  | { readonly kind: 'value-at-most'; readonly value: number }
  | { readonly kind: 'until'; readonly at: Instant }

export interface Assessment {
  readonly verdict: 'lowered' | 'false_positive'
  readonly severity: Severity
  readonly before: Severity
  readonly reason: string
  readonly conditions: readonly AssessmentCondition[]
  readonly by: string
  readonly at: Instant
}

export interface FindingCase {
  /** The finding's id. */
  readonly id: string
  readonly tenantId: string
  /** `FD-uni-261124-001`. */
  readonly number: string
  readonly assetId: string | null
  /** Userid of who has to repair it. */
  readonly owner: string | null
  readonly dispatchedAt: Instant | null
  readonly extension: Extension | null
  readonly assessment: Assessment | null
  /** Null when there is no assessment: what is checked again every hour is found by it. */
  readonly assessedAt: Instant | null
  readonly updatedAt: Instant
}

/** How it stood when somebody said it was repaired. */
export interface Before {
  readonly seenAt: Instant
  readonly occurrences: number
  readonly evidence: string
  readonly severity: Severity
}

/** 发现、未发现、不适用、无法判断: what a check can answer (issue 6). */
export type CheckOutcome = 'found' | 'not-found' | 'not-applicable' | 'undecided'

export interface RetestAnswer {
  readonly outcome: CheckOutcome
  readonly engine: string
  /** Version of engine and of its checks, as far as known. */
  readonly version: string
  /** The question that was answered; null when none was. */
  readonly coverage: CoverageFact | null
  readonly evidence: string
  /** When the check ran; null when the result does not say. */
  readonly ranAt: Instant | null
  /** Task, file or patrol it came from. */
  readonly run: string
}

export interface Retest {
  readonly id: string
  readonly tenantId: string
  readonly findingId: string
  readonly number: string
  readonly engine: string
  readonly checkKey: string
  readonly host: string
  readonly port: number
  readonly protocol: string
  readonly state: 'waiting' | 'passed' | 'failed' | 'cancelled'
  readonly before: Before
  readonly answer: RetestAnswer | null
  /** Attempts that decided nothing. */
  readonly tries: number
  readonly requestedBy: string
  readonly requestedAt: Instant
  readonly finishedAt: Instant | null
}
