// Sends what is queued for the robots this process holds: claimed by a conditional update, in order within a conversation,
// several conversations at once; every attempt becomes a row. Called every 300 ms and after each commit.
import { AppError, isAppError } from '../errors.js'
import type { Chat } from '../ports/chat.js'
import type { Clock } from '../ports/clock.js'
import { instant, plusSeconds } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import type { Logger } from '../ports/logger.js'
import type { Secrets } from '../ports/secrets.js'
import type { Transactions } from '../ports/transaction.js'
import { sealContext } from '../tenants/sealing.js'
import type { Delivery, DeliveryAttempt } from './delivery.js'

/** WeCom answers within five seconds, a file's upload takes up to two minutes; a claim older than this is of a process that died. */
const claimSeconds = ({ message }: Delivery) => (message.kind === 'file' ? 150 : 20)
/** WeCom's answer to a card whose task id was used before. */
const TASK_ID_USED = 42014
const BATCH = 100
const MAX_BACKOFF_SECONDS = 300
/** A refusal that is not about the moment is tried this often before staff are told. */
const MAX_REFUSALS = 3

interface Needs {
  readonly transactions: Transactions
  readonly chat: Chat
  readonly clock: Clock
  readonly logger: Logger
  readonly secrets: Secrets
  readonly ids: Ids
  readonly owner: string
  /** Robots whose connection this process holds now. */
  robots(): readonly string[]
  /** Told each outcome, for metrics. */
  counted(outcome: DeliveryAttempt['outcome'], code: string | null): void
}

export class Dispatcher {
  private running: Promise<void> | undefined
  private again = false
  /** Chats in which nothing can be said before a time (milliseconds): they must not hold up the others. */
  private readonly paused = new Map<string, number>()
  constructor(private readonly needs: Needs) {}

  /** Starts a round, or another one after the present; resolves when nothing more is due. */
  kick(): Promise<void> {
    if (this.running) {
      this.again = true
      return this.running
    }
    this.running = this.rounds().finally(() => {
      this.running = undefined
    })
    return this.running
  }

  private async rounds(): Promise<void> {
    do {
      this.again = false
      while ((await this.round()) > 0) this.again = false
    } while (this.again)
  }

  private async round(): Promise<number> {
    const robots = this.needs.robots()
    if (robots.length === 0) return 0
    const now = instant(this.needs.clock.now())
    for (const [chatId, until] of this.paused) if (until <= this.needs.clock.now()) this.paused.delete(chatId)
    const elsewhere = this.paused.size === 0 ? {} : { chatId: { noneOf: [...this.paused.keys()] } }
    const due = await this.needs.transactions.read(async t => {
      const queued = await t.deliveries.acrossTenantsFind(
        { state: 'queued', nextTryAt: { atMost: now }, robot: { oneOf: robots }, ...elsewhere },
        { order: { lane: 'asc', id: 'asc' }, limit: BATCH },
      )
      const abandoned = await t.deliveries.acrossTenantsFind(
        { state: 'claimed', claimedUntil: { below: now }, robot: { oneOf: robots } },
        { order: { id: 'asc' }, limit: BATCH },
      )
      return [...abandoned, ...queued]
    })
    const conversations = new Map<string, Delivery[]>()
    for (const delivery of due) {
      const key = `${delivery.robot}/${delivery.chatId}`
      conversations.set(key, [...(conversations.get(key) ?? []), delivery])
    }
    const sent = await Promise.all([...conversations.values()].map(deliveries => this.conversation(deliveries)))
    return sent.reduce((sum, n) => sum + n, 0)
  }

  private async conversation(deliveries: readonly Delivery[]): Promise<number> {
    let sent = 0
    for (const delivery of deliveries) {
      const outcome = await this.deliver(delivery)
      if (outcome === 'sent') sent++
      // What comes after in this conversation must not overtake it, except when it is given up.
      if (outcome === 'later') break
    }
    return sent
  }

  private async deliver(delivery: Delivery): Promise<'sent' | 'later' | 'given-up' | 'lost-claim'> {
    const now = instant(this.needs.clock.now())
    const { id, tenantId } = delivery
    const webhook = await this.webhookFor(delivery)
    const claimed = await this.needs.transactions.run(async tx => {
      const set = {
        state: 'claimed',
        claimedBy: this.needs.owner,
        claimedUntil: plusSeconds(now, claimSeconds(delivery)),
        attempts: delivery.attempts + 1,
      } as const
      const won = await tx.deliveries.update(
        tenantId,
        { id, state: delivery.state, claimedBy: delivery.claimedBy, attempts: delivery.attempts },
        set,
      )
      if (won === 1 && delivery.state === 'claimed')
        await tx.attempts.insert(
          this.attempt(delivery, 'unknown', 'CHAT_OUTCOME_UNKNOWN', { why: 'the process that sent it ended before the answer' }),
        )
      return won === 1
    })
    if (!claimed) return 'lost-claim'
    if (delivery.expiresAt !== null && delivery.expiresAt <= now) {
      await this.settle(delivery, 'expired', { state: 'expired', error: 'CHAT_EXPIRED' }, 'CHAT_EXPIRED', {})
      return 'given-up'
    }
    try {
      const receipt = await this.needs.chat.send(
        { robot: delivery.robot, chatId: delivery.chatId, chatType: delivery.chatType },
        delivery.message,
        { ...(delivery.replyTo ? { replyTo: delivery.replyTo } : {}), ...(webhook ? { webhook } : {}) },
      )
      await this.settle(
        delivery,
        'sent',
        { state: 'sent', sentAt: instant(this.needs.clock.now()), externalId: receipt.externalId ?? null, error: null },
        null,
        {},
      )
      return 'sent'
    } catch (error) {
      return this.notSent(delivery, error)
    }
  }

  private async notSent(delivery: Delivery, error: unknown): Promise<'later' | 'given-up'> {
    const failure = isAppError(error) ? error : new AppError('INTERNAL', {}, { cause: error })
    if (delivery.attempts > 0 && delivery.message.kind === 'card' && failure.facts['code'] === TASK_ID_USED) {
      // The try before had no answer, yet its card arrived: WeCom knows the task id.
      await this.settle(delivery, 'sent', { state: 'sent', sentAt: instant(this.needs.clock.now()), error: null }, null, {
        arrived: 'earlier',
      })
      return 'given-up'
    }
    const tries = delivery.attempts + 1
    const now = instant(this.needs.clock.now())
    this.needs.logger.warn(
      { error: failure, delivery: delivery.id, subject: delivery.subject, tries, tenantId: delivery.tenantId },
      'message was not sent',
    )
    const facts = { ...failure.facts }
    const final =
      failure.code === 'CHAT_TARGET_DEAD' ||
      ((failure.code === 'CHAT_REFUSED' || failure.code === 'INTERNAL') && tries >= MAX_REFUSALS) ||
      (delivery.message.kind === 'card-update' && failure.code !== 'CHAT_BUSY')
    if (final) {
      await this.settle(delivery, 'failed', { state: 'failed', error: failure.code }, failure.code, facts)
      return 'given-up'
    }
    const wait =
      Number(failure.facts['retryAfterSeconds'] ?? 0) ||
      Math.min(MAX_BACKOFF_SECONDS, failure.code === 'CHAT_UNREACHABLE' ? 1 : 2 ** Math.min(tries, 8))
    const outcome = failure.code === 'CHAT_OUTCOME_UNKNOWN' ? 'unknown' : 'failed'
    // The webhook is another road: what it refuses says nothing about the robot's messages.
    const holdsUp = delivery.message.kind !== 'mention'
    if (holdsUp) this.paused.set(delivery.chatId, this.needs.clock.now() + wait * 1000)
    await this.settle(
      delivery,
      outcome,
      { state: 'queued', nextTryAt: plusSeconds(now, wait), claimedBy: null, claimedUntil: null, error: failure.code },
      failure.code,
      facts,
    )
    return holdsUp ? 'later' : 'given-up'
  }

  private async settle(
    delivery: Delivery,
    outcome: DeliveryAttempt['outcome'],
    set: Partial<Delivery>,
    code: string | null,
    facts: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    this.needs.counted(outcome, code)
    await this.needs.transactions.run(async tx => {
      await tx.deliveries.update(delivery.tenantId, { id: delivery.id }, { claimedUntil: null, ...set })
      await tx.attempts.insert(this.attempt(delivery, outcome, code, facts))
    })
  }

  private attempt(
    delivery: Delivery,
    outcome: DeliveryAttempt['outcome'],
    code: string | null,
    facts: Readonly<Record<string, unknown>>,
  ): DeliveryAttempt {
    const at = instant(this.needs.clock.now())
    return { id: this.needs.ids.next(), tenantId: delivery.tenantId, deliveryId: delivery.id, at, outcome, code, facts }
  }

  private async webhookFor(delivery: Delivery): Promise<string | undefined> {
    if (delivery.message.kind !== 'mention') return undefined
    const group = (await this.needs.transactions.read(t => t.groups.acrossTenantsFind({ chatId: delivery.chatId }, { limit: 1 })))[0]
    return group?.webhook ? this.needs.secrets.open(group.webhook, sealContext('group', group.id)) : undefined
  }
}
