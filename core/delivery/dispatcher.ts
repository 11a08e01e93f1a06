// Sends what is queued, for the senders this process holds: in order within a conversation, conversations side by side, within the limits
// of each road; every attempt and every "not sent because" becomes a row. Called every 300 ms and after each commit.
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
import { isLight, mergeIntoDigest, worthMerging } from './merge.js'
import { newDelivery } from './new-delivery.js'
import { RateWindow } from './rate-window.js'
import { SettleBatch } from './settle-batch.js'
import { byteLength, shorten } from './shorten.js'

const LOOK = 500
/** Looked at for a digest. */
const QUEUE = 1000
/** Sent in one conversation before it is looked at anew. */
const RUN = 100
/** Claimed at once in one conversation. */
const BATCH = 10
/** Places of a minute kept free for critical messages. */
const RESERVE = 3
/** Claims of processes that lost a sender are looked for this often (milliseconds). */
const TAKE_OVER = 2000
/** In a storm a conversation gets a digest this often (milliseconds). */
const DIGEST_EVERY = 20_000
/** Conversations whose rate is remembered. */
const WINDOWS = 10_000

export interface OpenSender {
  /** Name of the robot's row, or `app`, `mail`, `hook`. */
  readonly name: string
  /** What works now: a robot that is down still has its groups' webhooks. */
  readonly roads: readonly Road[]
}

export interface DispatcherNeeds {
  readonly transactions: Transactions
  readonly clock: Clock
  readonly logger: Logger
  readonly ids: Ids
  readonly owner: string
  /** Senders whose lease this process holds: nobody else sends for them. */
  senders(): readonly OpenSender[]
  /** Where it goes, secrets opened; undefined when the group or person is gone. */
  target(delivery: Delivery): Promise<RoadTarget | undefined>
  /** The message as it is to leave, with what the outbox holds sealed; without it messages leave as they are stored. */
  opened?(delivery: Delivery): OutgoingMessage
  /** Told of what was given up, so that another road can be taken. */
  gaveUp(delivery: Delivery, failure: AppError): Promise<void>
  /** Told each outcome, for metrics. */
  counted(outcome: DeliveryAttempt['outcome'], code: string | null, road: RoadId): void
}

function keyOf({ road, robot, chatId }: Pick<Delivery, 'road' | 'robot' | 'chatId'>): string {
  return JSON.stringify([road, robot, chatId])
}

interface Conversation {
  readonly key: string
  readonly road: Road
  readonly robot: string
  readonly chatId: string
}

export class Dispatcher {
  private readonly batch: SettleBatch
  private readonly busy = new Map<string, Promise<void>>()
  private readonly paused = new Map<string, { chatId: string; road: RoadId; until: number }>()
  private readonly windows = new Map<string, RateWindow>()
  private running: Promise<void> | undefined
  private wake: () => void = () => undefined
  private again = false
  private tookOverAt = 0
  /** When the last digest of a conversation was made. */
  private readonly digestAt = new Map<string, number>()
  constructor(private readonly needs: DispatcherNeeds) {
    this.batch = new SettleBatch(needs.transactions)
  }

  /** Starts, or looks once more; resolves when nothing more is due. */
  kick(): Promise<void> {
    this.again = true
    this.wake()
    this.running ??= this.rounds().finally(() => {
      this.running = undefined
    })
    return this.running
  }

  private async rounds(): Promise<void> {
    for (;;) {
      this.again = false
      const begun = await this.round()
      if (begun > 0 || this.again) continue
      if (this.busy.size === 0) return
      // A conversation that waits for WeCom holds nobody else up: whatever comes first goes on.
      await Promise.race([...this.busy.values(), new Promise<void>(resolve => (this.wake = resolve))])
    }
  }

  /** Begins with every conversation that has something due; the number begun. */
  private async round(): Promise<number> {
    const now = this.needs.clock.now()
    const senders = this.needs.senders()
    if (senders.length === 0) return 0
    if (now - this.tookOverAt >= TAKE_OVER) {
      this.tookOverAt = now
      await this.takeOver(senders.map(sender => sender.name))
    }
    for (const [key, { until }] of this.paused) if (until <= now) this.paused.delete(key)
    let begun = 0
    for (const id of new Set(senders.flatMap(sender => sender.roads.map(road => road.id)))) {
      const open = senders.filter(sender => sender.roads.some(road => road.id === id))
      begun += await this.begin(id, open, now)
    }
    return begun
  }

  private async begin(id: RoadId, open: readonly OpenSender[], now: number): Promise<number> {
    const taken = [...this.busy.keys()].map(key => JSON.parse(key) as [RoadId, string, string]).filter(([road]) => road === id)
    const without = [
      ...taken.map(([, , chatId]) => chatId),
      ...[...this.paused.values()].filter(item => item.road === id).map(item => item.chatId),
    ]
    const due = await this.needs.transactions.read(t =>
      t.deliveries.acrossTenantsFind(
        {
          state: 'queued',
          nextTryAt: { atMost: instant(now) },
          road: id,
          robot: { oneOf: open.map(sender => sender.name) },
          ...(without.length > 0 ? { chatId: { noneOf: without } } : {}),
        },
        { order: { lane: 'asc', id: 'asc' }, limit: LOOK },
      ),
    )
    let begun = 0
    for (const { robot, chatId } of due) {
      const key = keyOf({ road: id, robot, chatId })
      const road = open.find(sender => sender.name === robot)?.roads.find(item => item.id === id)
      if (!road || this.busy.has(key)) continue
      begun++
      const work = this.converse({ key, road, robot, chatId })
        .catch((error: unknown) => {
          this.needs.logger.error({ error, chatId }, 'conversation could not be served; tried again')
          this.pause({ key, road, robot, chatId }, this.needs.clock.now() + 1000)
        })
        .finally(() => this.busy.delete(key))
      this.busy.set(key, work)
    }
    return begun
  }

  private async converse(conversation: Conversation): Promise<void> {
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
    if (waiting.length > 0) return this.pause(conversation, Math.min(...waiting))
    const due = all.filter(row => row.nextTryAt <= instant(now))
    const queue = road.can.perMinute === undefined ? due : await this.withoutStorm(conversation, due, now)
    const window = await this.windowOf(conversation, now)
    for (let from = 0; from < Math.min(queue.length, RUN); from += BATCH) {
      const { ready, isFull } = await this.places(conversation, window, queue.slice(from))
      // A place in the window is taken before the sending: a refusal or a lost answer may have used it up as well.
      const claimed = await this.claim(ready, this.needs.clock.now())
      for (const [index, delivery] of claimed.entries()) {
        const held = await this.deliver(conversation, delivery, window)
        if (held) return this.putBack(claimed.slice(index + 1))
      }
      if (isFull) return
    }
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
        else if (ready.length === 0) this.pause(conversation, at)
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
    if (this.digestAt.size >= WINDOWS) this.digestAt.clear()
    this.digestAt.set(key, now)
    await this.needs.transactions.run(tx => mergeIntoDigest(tx, merging, '消息汇总', road.can.maxBytes))
    // The digest is a row of its own, found by the next look.
    this.again = true
    return due.filter(row => !merging.includes(row))
  }

  private async defer(rows: readonly Delivery[], until: number): Promise<void> {
    const ids = rows.map(row => row.id)
    await this.needs.transactions.run(tx =>
      tx.deliveries.acrossTenantsUpdate({ id: { oneOf: ids }, state: 'queued' }, { nextTryAt: instant(until) }),
    )
  }

  private async claim(ready: readonly Delivery[], now: number): Promise<Delivery[]> {
    if (ready.length === 0) return []
    const set = { state: 'claimed', claimedBy: this.needs.owner, claimedUntil: plusSeconds(instant(now), 150) } as const
    return this.needs.transactions.run(async tx => {
      const claimed: Delivery[] = []
      for (const attempts of new Set(ready.map(row => row.attempts))) {
        const rows = ready.filter(row => row.attempts === attempts)
        const ids = rows.map(row => row.id)
        const won = await tx.deliveries.acrossTenantsUpdate({ id: { oneOf: ids }, state: 'queued' }, { ...set, attempts: attempts + 1 })
        const mine =
          won === rows.length
            ? ids
            : (await tx.deliveries.acrossTenantsFind({ id: { oneOf: ids }, state: 'claimed', claimedBy: this.needs.owner })).map(
                row => row.id,
              )
        claimed.push(...rows.filter(row => mine.includes(row.id)).map(row => ({ ...row, ...set, attempts: attempts + 1 })))
      }
      return ready.flatMap(row => claimed.filter(item => item.id === row.id))
    })
  }

  private async putBack(rows: readonly Delivery[]): Promise<void> {
    if (rows.length === 0) return
    await this.needs.transactions.run(async tx => {
      for (const row of rows)
        await tx.deliveries.update(
          row.tenantId,
          { id: row.id, state: 'claimed', claimedBy: this.needs.owner },
          { state: 'queued', claimedBy: null, claimedUntil: null, attempts: row.attempts - 1 },
        )
    })
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
      const fitted = await this.fitted(delivery, conversation.road.can.maxBytes)
      const message = this.needs.opened?.({ ...delivery, message: fitted }) ?? fitted
      const receipt = await conversation.road.send(target, message, {
        idempotencyKey: delivery.id,
        ...(delivery.replyTo ? { replyTo: delivery.replyTo } : {}),
        ...(delivery.level ? { level: delivery.level } : {}),
      })
      const sentAt = instant(this.needs.clock.now())
      await this.settle(delivery, 'sent', { state: 'sent', sentAt, externalId: receipt.externalId ?? null, error: null }, null, {})
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
        this.pause(conversation, now + next.seconds * 1000)
        const set = { state: 'queued', nextTryAt: plusSeconds(instant(now), next.seconds), claimedBy: null, error: failure.code } as const
        await this.settle(delivery, next.outcome, set, failure.code, facts)
        return true
      }
    }
  }

  private settle(
    delivery: Delivery,
    outcome: DeliveryAttempt['outcome'],
    set: Partial<Omit<Delivery, 'id' | 'tenantId'>>,
    code: string | null,
    facts: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    this.needs.counted(outcome, code, delivery.road)
    return this.batch.settle({ delivery, set: { ...set, claimedUntil: null }, attempt: this.attempt(delivery, outcome, code, facts) })
  }

  private attempt(
    { tenantId, id }: Delivery,
    outcome: DeliveryAttempt['outcome'],
    code: string | null,
    facts: Readonly<Record<string, unknown>>,
  ): DeliveryAttempt {
    return { id: this.needs.ids.next(), tenantId, deliveryId: id, at: instant(this.needs.clock.now()), outcome, code, facts }
  }

  /** Shortened to what the road takes; the whole text follows as a file, once. */
  private async fitted(delivery: Delivery, maxBytes: number): Promise<OutgoingMessage> {
    const { message } = delivery
    if (message.kind !== 'markdown' || byteLength(message.text) <= maxBytes) return message
    const { text } = shorten(message.text, maxBytes, '……（全文见附件）')
    const file = { name: `${delivery.subject || '全文'}.txt`, base64: Buffer.from(message.text, 'utf8').toString('base64') }
    await this.needs.transactions.run(tx =>
      tx.deliveries.insertIfAbsent({
        ...newDelivery(tx, {
          ...delivery,
          message: { kind: 'file', file },
          key: `${delivery.key}#full`.slice(-200),
          replyTo: null,
          state: 'queued',
        }),
      }),
    )
    return { kind: 'markdown', text }
  }

  /**
   * The lease says that only we send for these: whoever else claimed something is gone, and how far it came is not known. The same
   * goes for what we claimed in a conversation that ended because the database went away.
   */
  private async takeOver(names: readonly string[]): Promise<void> {
    const talking = new Set(this.busy.keys())
    const claimed = await this.needs.transactions.read(t =>
      t.deliveries.acrossTenantsFind({ state: 'claimed', robot: { oneOf: names } }, { limit: QUEUE }),
    )
    const left = claimed.filter(row => row.claimedBy !== this.needs.owner || !talking.has(keyOf(row)))
    const facts = { why: 'the process that sent it ended before the answer' }
    const now = instant(this.needs.clock.now())
    for (const delivery of left)
      await this.settle(
        delivery,
        'unknown',
        { state: 'queued', nextTryAt: now, claimedBy: null, error: 'CHAT_OUTCOME_UNKNOWN' },
        'CHAT_OUTCOME_UNKNOWN',
        facts,
      )
  }

  private pause({ key, chatId, road }: Conversation, until: number): void {
    this.paused.set(key, { chatId, road: road.id, until })
  }

  /** What was said here in the last hour counts, even when another process said it. */
  private async windowOf({ key, road, robot, chatId }: Conversation, now: number): Promise<RateWindow> {
    const known = this.windows.get(key)
    if (known) return known
    const { perMinute, perHour } = road.can
    const since = instant(now - 3_600_000)
    const earlier =
      perMinute === undefined && perHour === undefined
        ? []
        : await this.needs.transactions.read(t =>
            t.deliveries.acrossTenantsFind(
              { chatId, robot, road: road.id, state: 'sent', sentAt: { atLeast: since } },
              { order: { sentAt: 'desc' }, limit: perHour ?? perMinute ?? 1 },
            ),
          )
    if (this.windows.size >= WINDOWS) this.windows.clear()
    const window = new RateWindow(
      { perMinute, perHour },
      earlier.map(row => Date.parse(row.sentAt ?? row.createdAt)).sort((a, b) => a - b),
    )
    this.windows.set(key, window)
    return window
  }
}
