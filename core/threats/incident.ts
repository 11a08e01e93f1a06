// Alerts (merged hits) and incidents (alerts of one attack on one victim): what happened, and what we think of it.
import type { ArchivePosition } from '../ports/archive.js'
import type { Instant } from '../ports/clock.js'
import type { AttackResult, EventType, Severity, VerdictCode } from './terms.js'

export interface EvidenceLine {
  readonly raw: string
  readonly at: Instant
  readonly position?: ArchivePosition
}

export interface Party {
  readonly host?: string
  readonly ip?: string
}

export interface Alert {
  readonly id: string
  readonly tenantId: string
  readonly number: string
  readonly incidentId: string
  /** domain.md 18.2: tenant + event type + victim + attacker's network. */
  readonly mergeKey: string
  readonly modelId: string
  readonly ruleId: string
  readonly eventType: EventType
  readonly severity: Severity
  readonly attackResult: AttackResult
  readonly title: string
  /** The newest hit's reason. */
  readonly reason: string
  readonly attack: readonly string[]
  /** Hits merged into it. */
  readonly count: number
  readonly firstAt: Instant
  readonly lastAt: Instant
  readonly createdAt: Instant
  readonly strength: number
  /** Author of the Sigma rule; must be shown wherever the alert is (Detection Rule License 1.1). */
  readonly author: string | null
  readonly references: readonly string[]
  /** First and newest lines, at most ten. */
  readonly evidence: readonly EvidenceLine[]
  /** Archive position of the newest merged hit per file: what comes again after a restart is recognised by it. */
  readonly applied: Readonly<Record<string, number>>
  /** Identity of the alert at the product it came from. */
  readonly fingerprint: string | null
  /** When that product said it is over. */
  readonly resolvedAt: Instant | null
  /** Events each story stands for, by rule and attacker: `count` is their sum. */
  readonly stories: Readonly<Record<string, number>> | null
}

export interface Verdict {
  readonly code: VerdictCode
  /** 0–1. */
  readonly confidence: number
  readonly reasons: readonly string[]
  /** What speaks against it most, with its weight. */
  readonly against?: string
  /** Stages of the attack that were seen, in the order of their first signs. */
  readonly stage?: string
  /** The strongest sign for and the strongest against weigh nearly the same: an expert looks. */
  readonly contested?: true
  readonly effect: string
  readonly advice: string
  /** Userid, or `system` for the automatic judgement. */
  readonly by: string
  readonly at: Instant
}

export interface Incident {
  readonly id: string
  readonly tenantId: string
  readonly number: string
  readonly groupKey: string
  readonly title: string
  readonly eventType: EventType
  readonly severity: Severity
  readonly attackResult: AttackResult
  readonly victim: Party
  /** Attacking addresses with the number of hits, busiest first, at most 20. */
  readonly attackers: readonly { readonly ip: string; readonly hits: number }[]
  readonly hits: number
  readonly firstAt: Instant
  readonly lastAt: Instant
  readonly createdAt: Instant
  /** The automatic judgement, renewed as hits come in. */
  readonly judgement: Verdict
  /** The person's verdict; null until somebody confirmed. */
  readonly verdict: Verdict | null
  readonly firstReportedAt: Instant | null
  /** Hits that had been told to the group at the newest report. */
  readonly reportedHits: number
  readonly conclusion: string | null
  readonly traceId: string
}
