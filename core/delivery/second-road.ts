// When the first road fails or is down, what is grave goes another way: the group's webhook, then mail to those who must know.
import type { AppError } from '../errors.js'
import type { Clock } from '../ports/clock.js'
import { instant } from '../ports/clock.js'
import { HOOK_SENDER } from '../ports/road.js'
import type { Secrets } from '../ports/secrets.js'
import type { Transactions, Tx } from '../ports/transaction.js'
import { PLATFORM, type Person } from '../tenants/tenant.js'
import { cardAsText } from './card-text.js'
import type { DecisionLinks } from './decision-links.js'
import type { Delivery } from './delivery.js'
import { willing } from './personal.js'
import { newDelivery } from './new-delivery.js'
import { sealedLink } from './sealed-link.js'

/** WeCom may be away this long before grave things go by mail (milliseconds). */
const OUTAGE = 60_000
const BATCH = 200
/** Deliveries whose copies are remembered; more are looked at again, which their keys allow. */
const REMEMBERED = 10_000

interface Needs {
  readonly transactions: Transactions
  readonly clock: Clock
  readonly hasMail: boolean
  /** A gateway for short messages or calls is configured. */
  readonly hasHook?: boolean
  readonly links: DecisionLinks
  readonly secrets: Secrets
}

export class SecondRoad {
  /** Seen to in this outage. */
  private readonly copied = new Set<string>()
  constructor(private readonly needs: Needs) {}

  /** A delivery was given up on its road: staff are told, and what is grave tries the next road. */
  async gaveUp(delivery: Delivery, failure: AppError): Promise<void> {
    if (delivery.message.kind === 'card-update') return
    if (await this.answeredByWebhook(delivery, failure)) return
    await this.needs.transactions.run(async tx => {
      if (isGrave(delivery) && isFirstRoad(delivery)) {
        if (delivery.road === 'robot') await this.byWebhook(tx, delivery)
        await this.byMail(tx, delivery)
        await this.byHook(tx, delivery)
      }
      if (delivery.kind === 'delivery-failed') return
      tx.announce({
        tenantId: delivery.tenantId,
        kind: 'delivery-failed',
        refs: { deliveryId: delivery.id, code: failure.code, detail: String(failure.facts['code'] ?? '') },
        // A dead group is said once an hour, not once a message.
        key: `undelivered:${delivery.chatId}:${delivery.road}:${failure.code}:${tx.at.slice(0, 13)}`.slice(0, 200),
      })
    })
  }

  /** Somebody in a group waits for it, and another road leads there: nothing to tell staff about. */
  private async answeredByWebhook(delivery: Delivery, failure: AppError): Promise<boolean> {
    const mayGo = delivery.road === 'robot' && delivery.kind === 'answer' && failure.facts['reaction'] === 'switch-road'
    return mayGo && this.needs.transactions.run(tx => this.byWebhook(tx, delivery))
  }

  /** Called every few seconds with the robots that are down, and since when. */
  async watch(downSince: ReadonlyMap<string, number>): Promise<void> {
    const now = this.needs.clock.now()
    const down = [...downSince].filter(([, since]) => now - since >= OUTAGE).map(([name]) => name)
    if (down.length === 0 || this.copied.size > REMEMBERED) this.copied.clear()
    if (down.length === 0) return
    const waiting = await this.needs.transactions.read(t =>
      t.deliveries.acrossTenantsFind(
        {
          state: 'queued',
          road: 'robot',
          lane: 0,
          robot: { oneOf: down },
          createdAt: { atMost: instant(now - OUTAGE / 2) },
          kind: { noneOf: ownWords },
          id: { noneOf: ['', ...this.copied] },
        },
        { order: { id: 'asc' }, limit: BATCH },
      ),
    )
    for (const delivery of waiting) {
      if (isGrave(delivery))
        await this.needs.transactions.run(async tx => {
          await this.byWebhook(tx, delivery)
          await this.byMail(tx, delivery)
          await this.byHook(tx, delivery)
        })
      this.copied.add(delivery.id)
    }
  }

  /** False when the group has none. */
  private async byWebhook(tx: Tx, delivery: Delivery): Promise<boolean> {
    const group = (await tx.groups.acrossTenantsFind({ chatId: delivery.chatId }, { limit: 1 }))[0]
    if (!group?.webhook) return false
    const { message } = delivery
    const whole = message.kind === 'file' ? message : ({ kind: 'markdown', text: await textOf(tx, delivery) } as const)
    const row = newDelivery(tx, {
      ...delivery,
      road: 'webhook',
      kind: 'second-road',
      level: null,
      state: 'queued',
      replyTo: null,
      message: whole,
      key: `${delivery.key}#webhook`.slice(-200),
    })
    await tx.deliveries.insertIfAbsent(row)
    return true
  }

  /** The shortest road to a sleeping person: only for the gravest and for requests that run out. */
  private async byHook(tx: Tx, delivery: Delivery): Promise<void> {
    if (!this.needs.hasHook || (delivery.level !== 'P1' && delivery.kind !== 'approval-requested')) return
    const row = newDelivery(tx, {
      ...delivery,
      road: 'hook',
      robot: HOOK_SENDER,
      kind: 'second-road',
      level: 'P1',
      state: 'queued',
      replyTo: null,
      message: { kind: 'markdown', text: await textOf(tx, delivery) },
      key: `${delivery.key}#hook`.slice(-200),
    })
    await tx.deliveries.insertIfAbsent(row)
  }

  /** Rings somebody by the gateway. @returns false without one */
  async ring(
    tx: Tx,
    call: { readonly tenantId: string; readonly subject: string; readonly text: string; readonly key: string },
  ): Promise<boolean> {
    if (!this.needs.hasHook) return false
    const row = newDelivery(tx, {
      tenantId: call.tenantId,
      robot: HOOK_SENDER,
      chatId: HOOK_SENDER,
      chatType: 'single',
      lane: 0,
      subject: call.subject,
      road: 'hook',
      kind: 'call',
      level: 'P1',
      message: { kind: 'markdown', text: call.text },
      key: `${call.key}#call`.slice(-200),
    })
    await tx.deliveries.insertIfAbsent(row)
    return true
  }

  /** To the mail of those who must know; a request for leave carries a link of their own. */
  async byMail(tx: Tx, delivery: Delivery): Promise<void> {
    if (!this.needs.hasMail) return
    for (const person of await readers(tx, delivery)) await this.mailTo(tx, person, delivery)
  }

  /** To one person; nothing without a mail server. */
  async mailTo(tx: Tx, person: Person, delivery: Delivery): Promise<void> {
    if (!this.needs.hasMail || person.mail === null) return
    const key = `${delivery.key}#mail:${person.userId}`.slice(-200)
    // Looked up first: a link that is never sent is one more that could be used.
    if (await tx.deliveries.first(person.tenantId, { key })) return
    const disposal = delivery.kind === 'approval-requested' ? delivery.subject : undefined
    const link = disposal ? await this.needs.links.make(tx, person, disposal) : undefined
    const text = await textOf(tx, delivery, link && sealedLink(this.needs.secrets, link, key))
    const row = newDelivery(tx, {
      ...delivery,
      tenantId: person.tenantId,
      road: 'mail',
      robot: 'mail',
      chatId: person.userId,
      chatType: 'single',
      kind: 'second-road',
      level: null,
      state: 'queued',
      replyTo: null,
      message: { kind: 'markdown', text },
      key,
    })
    await tx.deliveries.insertIfAbsent(row)
  }
}

/** What was said to somebody who asked: it is worth nothing elsewhere. */
const ownWords = ['answer', 'update'] as const

function isGrave({ lane, kind, message }: Delivery): boolean {
  return lane === 0 && !ownWords.some(word => word === kind) && message.kind !== 'mention'
}

/** The webhook is the first road into a group whose robot can only answer. */
function isFirstRoad({ road, kind }: Delivery): boolean {
  return road === 'robot' || (road === 'webhook' && kind !== 'second-road')
}

async function textOf(tx: Tx, delivery: Delivery, link?: string): Promise<string> {
  const { message } = delivery
  if (message.kind !== 'card') return message.kind === 'markdown' ? message.text : delivery.subject
  const card = await tx.cards.get(delivery.tenantId, message.card.taskId)
  return cardAsText(message.card, card?.commands ?? {}, link)
}

/** The customer's people who decide, and the customer manager; for staff rooms the staff who act. */
async function readers(tx: Tx, delivery: Delivery): Promise<readonly Person[]> {
  const group = (await tx.groups.acrossTenantsFind({ chatId: delivery.chatId }, { limit: 1 }))[0]
  if (!group) return []
  const roles = group.kind === 'butler' ? (['owner', 'approver'] as const) : (['analyst', 'senior_expert'] as const)
  const people = await tx.people.find(group.tenantId, { role: { oneOf: roles } }, { limit: 50 })
  const tenant = await tx.tenants.get(group.tenantId, group.tenantId)
  const manager = tenant?.manager
  const responsible = group.kind === 'butler' && manager ? await tx.people.first(PLATFORM, { userId: manager }) : undefined
  const reachable = [...people, ...(responsible ? [responsible] : [])].filter(person => person.mail !== null)
  const about = { level: delivery.level, topic: delivery.topic, now: Date.parse(tx.at) }
  return tenant ? willing(tx, tenant, reachable, about) : reachable
}
