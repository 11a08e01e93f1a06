// What leaves for the chat: announcements (something happened, to be told) and deliveries (one message to one conversation).
import type { OutgoingMessage } from '../ports/chat.js'
import type { Instant } from '../ports/clock.js'
import type { RoadId } from '../ports/road.js'
import type { PersonalPreference, Preference } from './attention.js'
import type { Priority } from '../tickets/ticket.js'

/** Written in the transaction of the change; bot/push turns it into deliveries when it is due. */
export interface Announcement {
  readonly id: string
  readonly tenantId: string
  /** Name of the file in bot/push. */
  readonly kind: string
  /** Ids and small facts the push file needs. */
  readonly refs: Readonly<Record<string, string>>
  /** The same key is announced once; unique. */
  readonly key: string
  readonly dueAt: Instant
  readonly state: 'pending' | 'done' | 'failed'
  readonly attempts: number
  readonly error: string | null
  readonly createdAt: Instant
}

/**
 * held: waits for a digest (quiet hours, budget); merged: told in a digest; dropped: not wanted here. Each has its row in the journal that says why.
 */
export type DeliveryState = 'queued' | 'claimed' | 'sent' | 'failed' | 'expired' | 'held' | 'merged' | 'dropped'
/** Critical before normal before bulk. */
export type Lane = 0 | 1 | 2

export interface Delivery {
  readonly id: string
  readonly tenantId: string
  readonly robot: string
  readonly chatId: string
  readonly chatType: 'group' | 'single'
  readonly message: OutgoingMessage
  readonly lane: Lane
  readonly replyTo: string | null
  /** Number the message is about, for people who ask. */
  readonly subject: string
  /** The same key is delivered once; unique. */
  readonly key: string
  readonly state: DeliveryState
  readonly attempts: number
  readonly nextTryAt: Instant
  /** Not worth sending after this. */
  readonly expiresAt: Instant | null
  readonly claimedBy: string | null
  readonly claimedUntil: Instant | null
  readonly externalId: string | null
  readonly sentAt: Instant | null
  /** Code of the newest failure. */
  readonly error: string | null
  readonly createdAt: Instant
  /** The way it goes; `robot` names the sender on that road. */
  readonly road: RoadId
  /** File in bot/push, `answer`, `update` or `digest`. */
  readonly kind: string
  /** Priority of what it is about; null for answers and for what belongs to a running case, which no budget holds back. */
  readonly level: Priority | null
  /** Event type, for preferences. */
  readonly topic: string
  /** The digest is made at this time at the earliest. */
  readonly heldUntil: Instant | null
  readonly heldWhy: string | null
  /** The digest it was told in. */
  readonly mergedInto: string | null
}

/** One try, for the journal: every attempt and every "not sent because". */
export interface DeliveryAttempt {
  readonly id: string
  readonly tenantId: string
  readonly deliveryId: string
  readonly at: Instant
  readonly outcome: 'sent' | 'failed' | 'unknown' | 'expired' | 'held' | 'merged' | 'dropped'
  readonly code: string | null
  readonly facts: Readonly<Record<string, unknown>>
}

/** A card that was sent: what its buttons mean, where it may be pressed, until when. */
export interface CardRecord {
  /** The card's task id. */
  readonly id: string
  readonly tenantId: string
  readonly chatId: string
  readonly robot: string
  /** Button key → the command it stands for, as it would be typed. */
  readonly commands: Readonly<Record<string, string>>
  readonly expiresAt: Instant
  readonly createdAt: Instant
}

export interface InboundRecord {
  /** Robot and WeCom's msgid: a repeat is recognised by it. */
  readonly id: string
  readonly tenantId: string
  readonly kind: 'message' | 'press'
  readonly payload: Readonly<Record<string, unknown>>
  readonly state: 'received' | 'done'
  readonly at: Instant
}

/** What a group or a person wants to be told, over the defaults of the industry. */
export interface PreferenceRow {
  readonly id: string
  readonly tenantId: string
  /** `group:<chatid>` or `user:<userid>`. */
  readonly scope: string
  readonly settings: Partial<Preference> | Partial<PersonalPreference>
  readonly updatedAt: Instant
}

/** A signed one-time link: the third way to decide, for groups where the robot cannot be. */
export interface DecisionLink {
  /** SHA-256 of the secret in the address, hex. */
  readonly id: string
  readonly tenantId: string
  readonly userId: string
  /** Number of the disposal. */
  readonly disposal: string
  readonly expiresAt: Instant
  readonly usedAt: Instant | null
  readonly createdAt: Instant
}
