// A patrol as it is stored: the run, its slices and what each of them answered.
import type { Instant } from '../ports/clock.js'
import type { Outcome } from '../ports/scan-engine.js'
import type { PatrolKind } from './scope.js'

/** `void`: the positive control was not found, so that nothing the run says counts. */
export const patrolStates = ['planned', 'running', 'done', 'partial', 'stopped', 'void', 'failed'] as const
export type PatrolState = (typeof patrolStates)[number]

export const patrolStateLabel: Readonly<Record<PatrolState, string>> = {
  planned: '已排期',
  running: '进行中',
  done: '已完成',
  partial: '部分完成',
  stopped: '已停止',
  void: '无效（阳性对照未命中）',
  failed: '未能开始',
}

export const openPatrolStates: readonly PatrolState[] = ['planned', 'running']

/** What the customer's network felt of it. */
export interface ImpactReceipt {
  readonly probes: number
  /** Most probes in one second. */
  readonly peakPerSecond: number
  /** The connection that was measured all along, `10.1.1.5:443`; null when none could be had. */
  readonly control: string | null
  /** Medians in milliseconds. */
  readonly before: number | null
  readonly during: number | null
  readonly after: number | null
  readonly slowed: number
  readonly stoppedForImpact: boolean
  readonly hostsSeen: number
  readonly hostsSilent: number
  readonly newHosts: readonly string[]
  readonly findings: number
  readonly weakAccounts: number
  /** What was left out and why, with how many hosts. */
  readonly skipped: readonly { readonly why: string; readonly hosts: number }[]
  readonly engines: readonly string[]
}

/** What the window can hold, told before the start. */
export interface PatrolPlan {
  readonly hosts: number
  /** Hosts excluded by letters. */
  readonly excluded: number
  readonly slices: number
  readonly seconds: number
  /** Hosts that fit into the window. */
  readonly fits: number
  /** Of the hosts that do not fit: how many were never covered, and the day of the oldest coverage. */
  readonly neverCovered: number
  readonly oldestCovered: Instant | null
}

export interface PatrolRun {
  readonly id: string
  readonly tenantId: string
  readonly number: string
  readonly kind: PatrolKind
  /** As asked: addresses, networks, names. */
  readonly targets: readonly string[]
  readonly letter: string
  readonly requestedBy: string
  readonly state: PatrolState
  readonly startAt: Instant
  readonly startedAt: Instant | null
  readonly finishedAt: Instant | null
  readonly plan: PatrolPlan
  readonly receipt: ImpactReceipt | null
  readonly slicesDone: number
  readonly stopWantedBy: string | null
  readonly stopWantedAt: Instant | null
  readonly claimedBy: string | null
  readonly claimedUntil: Instant | null
  readonly why: string | null
  readonly createdAt: Instant
}

export type SliceState = 'waiting' | 'running' | 'done' | 'partial' | 'skipped' | 'void'

export interface PatrolSlice {
  readonly id: string
  readonly tenantId: string
  readonly runId: string
  readonly ordinal: number
  readonly hosts: readonly string[]
  readonly state: SliceState
  readonly attempts: number
  readonly startedAt: Instant | null
  readonly finishedAt: Instant | null
  readonly why: string | null
}

/** One check at one host: the ports with the same outcome together. */
export interface ScanCoverage {
  readonly id: string
  readonly tenantId: string
  readonly runId: string
  readonly host: string
  readonly checkKey: string
  readonly engine: string
  readonly outcome: Outcome
  /** `22/tcp 80/tcp`; `''`: the host itself. */
  readonly ports: string
  readonly why: string
  readonly at: Instant
}

/** How often the passwords of one account were tried, over all engines, runs and days. */
export interface PasswordTries {
  /** SHA-256 of tenant and account, hex. */
  readonly id: string
  readonly tenantId: string
  readonly account: string
  readonly entries: readonly { readonly at: number; readonly tries: number; readonly engine: string; readonly run: string }[]
  readonly version: number
  readonly updatedAt: Instant
}

/** One version of what is patrolled at a customer's and when; the newest is in force. */
export interface StrategyVersion {
  readonly id: string
  readonly tenantId: string
  readonly version: number
  readonly patrols: readonly PatrolRule[]
  readonly why: string
  readonly by: string
  readonly approvedBy: string | null
  readonly at: Instant
}

export interface PatrolRule {
  readonly kind: PatrolKind
  /** Days between two runs; 0: only when asked. */
  readonly everyDays: number
  /** Local times between which a run may begin and work; null: whenever the letter allows. */
  readonly window: string | null
  /** Probes a second at most. */
  readonly perSecond: number
}
