// A row for the outbox with everything that is the same for all; used by whoever has something to say.
import type { Tx } from '../ports/transaction.js'
import type { Delivery } from './delivery.js'

type Given = Pick<Delivery, 'tenantId' | 'robot' | 'chatId' | 'chatType' | 'message' | 'subject' | 'key' | 'kind'> &
  Partial<Pick<Delivery, 'lane' | 'replyTo' | 'expiresAt' | 'road' | 'level' | 'topic' | 'state' | 'heldUntil' | 'heldWhy'>>

export function newDelivery(tx: Pick<Tx, 'id' | 'at'>, given: Given): Delivery {
  return {
    lane: 1,
    replyTo: null,
    expiresAt: null,
    road: 'robot',
    level: null,
    topic: '',
    state: 'queued',
    heldUntil: null,
    heldWhy: null,
    ...given,
    // After what was given: a copy of another delivery must not take over its id.
    id: tx.id(),
    attempts: 0,
    nextTryAt: tx.at,
    claimedBy: null,
    claimedUntil: null,
    externalId: null,
    sentAt: null,
    error: null,
    mergedInto: null,
    createdAt: tx.at,
  }
}
