// A stored finding: one check at one place of a customer, from first to last sight; and the imports that told of it.
import type { Instant } from '../ports/clock.js'
import type { FindingKind } from '../ports/scan-import.js'
import type { Severity } from '../threats/terms.js'

/** domain.md 5.4. */
export const findingStates = [
  'discovered',
  'validated',
  'assessed',
  'dispatched',
  'fixing',
  'pending_retest',
  'retest_failed',
  'fixed',
  'mitigated',
  'accepted_risk',
  'false_positive',
  'asset_offline',
] as const
export type FindingState = (typeof findingStates)[number]

/** What is read by people and not searched. */
export interface FindingDetails {
  readonly cve: readonly string[]
  readonly cwe: readonly number[]
  readonly cvss: { readonly score: number | null; readonly vector: string | null }
  readonly instances: readonly string[]
  readonly evidence: string
  readonly description: string
  readonly solution: string
  readonly references: readonly string[]
  /** Guessed from a banner: a person has to confirm it. */
  readonly toVerify: boolean
}

export interface Finding {
  readonly id: string
  readonly tenantId: string
  /** SHA-256 of engine, place and check, hex: who is the same finding (scanners.md 3). */
  readonly identity: string
  readonly kind: Exclude<FindingKind, 'fact'>
  readonly engine: string
  readonly checkKey: string
  readonly title: string
  readonly severity: Severity
  readonly host: string
  /** 0: the host itself. */
  readonly port: number
  readonly protocol: string
  readonly state: FindingState
  readonly details: FindingDetails
  /** Runs that saw it. */
  readonly occurrences: number
  readonly reopened: number
  readonly firstSeenAt: Instant
  readonly lastSeenAt: Instant
  /** Since then runs of its engine went past its host without asking for it; null when the last run asked. */
  readonly uncoveredSince: Instant | null
  readonly fixedAt: Instant | null
  readonly dueAt: Instant
  /** Until when a temporary measure or an accepted risk holds. */
  readonly holdsUntil: Instant | null
  readonly updatedAt: Instant
}

export interface FindingTransition {
  readonly id: string
  readonly tenantId: string
  readonly findingId: string
  readonly from: FindingState | null
  readonly to: FindingState
  /** Row of the table in finding-states.ts. */
  readonly rule: number
  readonly by: string
  readonly at: Instant
  readonly evidence: string
}

/** A file that was taken in. */
export interface ScanImportRecord {
  readonly id: string
  readonly tenantId: string
  readonly file: string
  readonly sha256: string
  readonly format: string
  readonly engine: string
  /** SHA-256 of engine and hosts: runs of the same scope are compared with each other. */
  readonly scope: string
  readonly by: string
  readonly at: Instant
  readonly figures: Readonly<Record<string, number>>
}
