// What leaves for the chat: announcements (something happened, to be told) and deliveries (one message to one conversation).
import type { OutgoingMessage } from '../ports/chat.js'
import type { Instant } from '../ports/clock.js'

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

export type DeliveryState = 'queued' | 'claimed' | 'sent' | 'failed' | 'expired'
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
}

/** One try, for the journal: every attempt and every "not sent because". */
export interface DeliveryAttempt {
  readonly id: string
  readonly tenantId: string
  readonly deliveryId: string
  readonly at: Instant
  readonly outcome: 'sent' | 'failed' | 'unknown' | 'expired'
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
