// One conversation being served: what is due in it, in order, within the limits of its road; each message claimed, sent and settled before the next.
// The dispatcher begins one of these for every conversation that has something to say.
import { AppError, isAppError } from '../errors.js'
import type { OutgoingMessage } from '../ports/chat.js'
import type { Clock } from '../ports/clock.js'
import { instant, plusSeconds } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import type { Logger } from '../ports/logger.js'
import type { Road, RoadId, RoadTarget } from '../ports/road.js'
import type { Transactions } from '../ports/transaction.js'
import { nextAfter } from './backoff.js'
import type { Delivery, DeliveryAttempt } from './delivery.js'
import type { DeliveryWriter } from './delivery-writer.js'
import { fittedMessage } from './fitted-message.js'
import { isLight, mergeIntoDigest, worthMerging } from './merge.js'
import type { RateWindow } from './rate-window.js'
import { RateWindows } from './rate-windows.js'

/** Looked at for a digest. */
const QUEUE = 1000
/** Sent before the conversation is looked at anew. */
const RUN = 100
/** Claimed at once. */
const BATCH = 10
/** Places of a minute kept free for critical messages. */
const RESERVE = 3
/** A claim says how long the sending may take; nobody waits for that, see decision 0013. */
const CLAIM_SECONDS = 150
/** In a storm a conversation gets a digest this often (milliseconds). */
const DIGEST_EVERY = 20_000
/** Conversations whose last digest is remembered. */
const REMEMBERED = 10_000

export interface SendingNeeds {
  readonly transactions: Transactions
  readonly clock: Clock
  readonly logger: Logger
  readonly ids: Ids
  readonly owner: string
  /** Where it goes, secrets opened; undefined when the group or person is gone. */
  target(delivery: Delivery): Promise<RoadTarget | undefined>
  /** The message as it is to leave, with what the outbox holds sealed; without it messages leave as they are stored. */
  opened?(delivery: Delivery): OutgoingMessage
  /** Told of what was given up, so that another road can be taken. */
  gaveUp(delivery: Delivery, failure: AppError): Promise<void>
  /** Told each outcome, for metrics. */
  counted(outcome: DeliveryAttempt['outcome'], code: string | null, road: RoadId): void
}

/** A road, a sender and a chat. */
export interface Conversation {
  readonly key: string
  readonly road: Road
  readonly robot: string
  readonly chatId: string
}

export function keyOf({ road, robot, chatId }: Pick<Delivery, 'road' | 'robot' | 'chatId'>): string {
  return JSON.stringify([road, robot, chatId])
}

interface Told {
  /** Nothing may be begun here before that time (milliseconds). */
  pause(conversation: Conversation, until: number): void
  /** There is something new to look at. */
  again(): void
  /** The sender is still ours, and its road works. */
  isOpen(conversation: Conversation): boolean
}

export class ConversationServer {
  private readonly windows: RateWindows
  /** When the last digest of a conversation was made. */
  private readonly digestAt = new Map<string, number>()
  constructor(
    private readonly needs: SendingNeeds,
    private readonly writer: DeliveryWriter,
    private readonly told: Told,
  ) {
    this.windows = new RateWindows(needs.transactions)
  }

  /** Resolves when nothing more can be said here for now. */
  async serve(conversation: Conversation): Promise<void> {
    while (this.told.isOpen(conversation) && (await this.run(conversation)));
  }

  /** True when there may be more to say at once. */
  private async run(conversation: Conversation): Promise<boolean> {
    const { road, robot, chatId } = conversation
    const now = this.needs.clock.now()
    const where = { state: 'queued', road: road.id, robot, chatId } as const
    const look = (limit: number) =>
      this.needs.transactions.read(t => t.deliveries.acrossTenantsFind(where, { order: { lane: 'asc', id: 'asc' }, limit }))
    let all = await look(RUN)
    // A digest names everything there is, so everything is looked at when one is to be made.
    if (all.length === RUN && road.can.perMinute !== undefined && worthMerging(all, now).length > 0) all = await look(QUEUE)
    // Seen in the rows and not only remembered: after a restart nothing may overtake what waits for its next try either.
    const waiting = all.filter(row => row.attempts > 0 && row.nextTryAt > instant(now)).map(row => Date.parse(row.nextTryAt))
    if (waiting.length > 0) {
      this.told.pause(conversation, Math.min(...waiting))
      return false
    }
    const due = all.filter(row => row.nextTryAt <= instant(now))
    const queue = road.can.perMinute === undefined ? due : await this.withoutStorm(conversation, due, now)
    const window = await this.windows.of(conversation, now)
    for (let from = 0; from < Math.min(queue.length, RUN); from += BATCH) {
      const { ready, isFull } = await this.places(conversation, window, queue.slice(from))
      // A place in the window is taken before the sending: a refusal or a lost answer may have used it up as well.
      const claimed = await this.claim(ready)
      for (const [index, delivery] of claimed.entries()) {
        const held = await this.deliver(conversation, delivery, window)
        if (!held) continue
        await this.putBack(claimed.slice(index + 1))
        return false
      }
      if (isFull) return false
    }
    return queue.length >= RUN
  }

  /** What of the queue's head may be sent now; the rest waits for the window when that is full. */
  private async places(
    conversation: Conversation,
    window: RateWindow,
    queue: readonly Delivery[],
  ): Promise<{ ready: readonly Delivery[]; isFull: boolean }> {
    const now = this.needs.clock.now()
    const ready: Delivery[] = []
    for (const [index, delivery] of queue.slice(0, BATCH).entries()) {
      const at = window.nextAt(now, delivery.lane === 0 ? 0 : RESERVE)
      if (at > now) {
        // What is critical may still come and go at once: only the others wait.
        if (delivery.lane > 0) await this.defer(queue.slice(index), at)
        else if (ready.length === 0) this.told.pause(conversation, at)
        return { ready, isFull: true }
      }
      window.note(now)
      ready.push(delivery)
    }
    return { ready, isFull: false }
  }

  /** What is left to send by itself: in a storm the light messages become a digest every so often. */
  private async withoutStorm({ key, road }: Conversation, due: readonly Delivery[], now: number): Promise<readonly Delivery[]> {
    const next = (this.digestAt.get(key) ?? -Infinity) + DIGEST_EVERY
    const light = due.filter(isLight)
    if (now < next && light.length > 0) {
      await this.defer(light, next)
      return due.filter(row => !isLight(row))
    }
    const merging = worthMerging(due, now)
    if (merging.length === 0) return due
    if (this.digestAt.size >= REMEMBERED) this.digestAt.clear()
    this.digestAt.set(key, now)
    await this.needs.transactions.run(tx => mergeIntoDigest(tx, merging, '消息汇总', road.can.maxBytes))
    // The digest is a row of its own, found by the next look.
    this.told.again()
    return due.filter(row => !merging.includes(row))
  }

  private async defer(rows: readonly Delivery[], until: number): Promise<void> {
    const ids = rows.map(row => row.id)
    await this.needs.transactions.run(tx =>
      tx.deliveries.acrossTenantsUpdate({ id: { oneOf: ids }, state: 'queued' }, { nextTryAt: instant(until) }),
    )
  }

  private claim(ready: readonly Delivery[]): Promise<Delivery[]> {
    if (ready.length === 0) return Promise.resolve([])
    const claimedUntil = plusSeconds(instant(this.needs.clock.now()), CLAIM_SECONDS)
    return this.writer.claim(ready, { state: 'claimed', claimedBy: this.needs.owner, claimedUntil })
  }

  /** True when nothing more may be said in this conversation for now. */
  private async deliver(conversation: Conversation, delivery: Delivery, window: RateWindow): Promise<boolean> {
    const now = instant(this.needs.clock.now())
    if (delivery.expiresAt !== null && delivery.expiresAt <= now) {
      await this.settle(delivery, 'expired', { state: 'expired', error: 'CHAT_EXPIRED' }, 'CHAT_EXPIRED', {})
      return false
    }
    try {
      const target = await this.needs.target(delivery)
      if (!target) throw new AppError('CHAT_TARGET_DEAD', { chatId: delivery.chatId })
      const fitted = await fittedMessage(this.needs.transactions, delivery, conversation.road.can.maxBytes)
      const message = this.needs.opened?.({ ...delivery, message: fitted }) ?? fitted
      const receipt = await conversation.road.send(target, message, {
        idempotencyKey: delivery.id,
        ...(delivery.replyTo ? { replyTo: delivery.replyTo } : {}),
        ...(delivery.level ? { level: delivery.level } : {}),
      })
      const sentAt = instant(this.needs.clock.now())
      const set = { state: 'sent', sentAt, externalId: receipt.externalId ?? null, error: null } as const
      const facts = receipt.renewedAfter === undefined ? {} : { renewedAfter: receipt.renewedAfter }
      await this.settle(delivery, 'sent', set, null, facts)
      return false
    } catch (error) {
      return this.notSent(conversation, delivery, window, error)
    }
  }

  private async notSent(conversation: Conversation, delivery: Delivery, window: RateWindow, error: unknown): Promise<boolean> {
    const failure = isAppError(error) ? error : new AppError('INTERNAL', { reference: delivery.id.slice(-8) }, { cause: error })
    const { id, subject, tenantId, attempts } = delivery
    this.needs.logger.warn({ error: failure, delivery: id, subject, attempts, tenantId, road: delivery.road }, 'message was not sent')
    const now = this.needs.clock.now()
    const next = nextAfter(delivery, failure)
    const facts = { ...failure.facts }
    switch (next.way) {
      case 'arrived':
        await this.settle(delivery, 'sent', { state: 'sent', sentAt: instant(now), error: null }, null, {
          arrived: 'earlier',
          code: failure.facts['code'],
        })
        return false
      case 'give-up':
        // First the other road, then the mark that nothing is left to do: whoever dies in between does it again, and copies have keys.
        await this.needs.gaveUp(delivery, failure)
        await this.settle(delivery, 'failed', { state: 'failed', error: failure.code }, failure.code, facts)
        return false
      case 'later': {
        if (failure.code === 'CHAT_BUSY') window.refused(now, next.seconds)
        // What comes after in this conversation must not overtake it.
        this.told.pause(conversation, now + next.seconds * 1000)
        const set = { state: 'queued', nextTryAt: plusSeconds(instant(now), next.seconds), claimedBy: null, error: failure.code } as const
        await this.settle(delivery, next.outcome, set, failure.code, facts)
        return true
      }
    }
  }

  /** Resolves when the outcome is in the journal. */
  settle(
    delivery: Delivery,
    outcome: DeliveryAttempt['outcome'],
    set: Partial<Omit<Delivery, 'id' | 'tenantId'>>,
    code: string | null,
    facts: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    this.needs.counted(outcome, code, delivery.road)
    const { id: deliveryId, tenantId } = delivery
    const at = instant(this.needs.clock.now())
    const attempt = { id: this.needs.ids.next(), tenantId, deliveryId, at, outcome, code, facts }
    return this.writer.settle({ delivery, set: { ...set, claimedUntil: null }, attempt })
  }

  /** Claimed and not begun: as if it had never been. */
  async putBack(rows: readonly Delivery[]): Promise<void> {
    if (rows.length === 0) return
    await this.needs.transactions.run(async tx => {
      for (const row of rows)
        await tx.deliveries.update(
          row.tenantId,
          { id: row.id, state: 'claimed', claimedBy: row.claimedBy },
          { state: 'queued', claimedBy: null, claimedUntil: null, attempts: row.attempts - 1 },
        )
    })
  }
}
