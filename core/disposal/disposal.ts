// A disposal: an act on a customer's device, from proposal to release. A block is a lease; the row says until when.
import type { ActReceipt, Before } from '../ports/act.js'
import type { Instant } from '../ports/clock.js'
import { actions, type DisposalAction } from './actions.js'

export type DisposalState =
  | 'proposed'
  | 'requested'
  | 'approved'
  | 'rejected'
  | 'expired'
  | 'executing'
  | 'succeeded'
  | 'failed'
  | 'partial'
  | 'verified'
  | 'released'

export const disposalStateLabel: Readonly<Record<DisposalState, string>> = {
  proposed: '已提出',
  requested: '待客户授权',
  approved: '已同意，待执行',
  rejected: '客户不同意',
  expired: '授权请求已过期',
  executing: '执行中',
  succeeded: '已执行，待校验',
  failed: '执行失败',
  partial: '部分设备成功',
  verified: '生效中（已回读校验）',
  released: '已解除',
}

export type { DisposalAction }
/** As people say it in the group: the two everyday ones shorter than the catalogue does. */
export const disposalActionLabel: Readonly<Record<DisposalAction, string>> = {
  ...(Object.fromEntries(Object.entries(actions).map(([action, { label }]) => [action, label])) as Record<DisposalAction, string>),
  block_ip: '封禁',
  isolate_host: '隔离',
}

/** What the act would touch, shown before anybody is asked (design.md 6.4). */
export interface BlastRadius {
  /** Lines for people. */
  readonly lines: readonly string[]
  readonly earlierBlocks: number
}

export interface Receipt extends ActReceipt {
  readonly device: string
  /** `prepare`: what was read before the act; `block` and `unblock`: the act and its undoing, whatever the action is. */
  readonly action: 'prepare' | 'block' | 'unblock' | 'verify'
  /** With `prepare`: what undoing needs. */
  readonly before?: Before
  readonly ok: boolean
  readonly at: Instant
}

export interface Disposal {
  readonly id: string
  readonly tenantId: string
  readonly number: string
  readonly incidentId: string | null
  readonly action: DisposalAction
  /** What it is done to, for people: an address, a port's name, a file's name. */
  readonly target: string
  /** What exactly, for actions that need more than the target (acts/host-act.ts). */
  readonly parameters?: Readonly<Record<string, unknown>> | null
  readonly seconds: number
  readonly reason: string
  readonly effect: BlastRadius
  readonly state: DisposalState
  readonly proposedBy: string
  readonly proposedAt: Instant
  /** After this the request may no longer be answered. */
  readonly expiresAt: Instant
  readonly decidedBy: string | null
  readonly decidedAt: Instant | null
  readonly decisionChannel: string | null
  readonly deviceId: string
  readonly attempts: number
  /** When the executor looks at it again; null when nothing is to be done. */
  readonly nextTryAt: Instant | null
  /** Owner of the present execution and until when it is believed alive. */
  readonly claimedBy: string | null
  readonly claimedUntil: Instant | null
  readonly executedAt: Instant | null
  readonly verifiedAt: Instant | null
  /** The block must be gone after this. */
  readonly leaseUntil: Instant | null
  /** Somebody or the lease wants it lifted. */
  readonly releaseWanted: string | null
  readonly releasedAt: Instant | null
  readonly receipts: readonly Receipt[]
  readonly error: string | null
  readonly traceId: string
  /** Null: one word of the customer is enough. Else both the customer and a senior expert sign (domain.md 11.2), and these have. */
  readonly signatures?: readonly Signature[] | null
}

/** One of the two words an act of high impact needs. */
export interface Signature {
  readonly by: string
  readonly side: 'customer' | 'service'
  readonly at: Instant
  readonly channel: string
}
