// Turns announcements that are due into deliveries: one file per kind in this folder; called every 300 ms and after each commit.
import { isAppError } from '../../core/errors.js'
import type { Announcement, CardRecord, Delivery } from '../../core/delivery/delivery.js'
import { cardAsText } from '../../core/delivery/card-text.js'
import type { SecondRoad } from '../../core/delivery/second-road.js'
import { defaultPersonal, personalOf, wantsPersonally, willing } from '../../core/delivery/personal.js'
import { newDelivery } from '../../core/delivery/new-delivery.js'
import { withinBudget } from '../../core/delivery/outgoing.js'
import { unaskedRoad } from '../../core/delivery/unasked-road.js'
import type { Card, OutgoingMessage } from '../../core/ports/chat.js'
import type { Clock } from '../../core/ports/clock.js'
import { instant, plusSeconds } from '../../core/ports/clock.js'
import type { Logger } from '../../core/ports/logger.js'
import type { Transactions, Tx } from '../../core/ports/transaction.js'
import { PLATFORM, type Group, type Person } from '../../core/tenants/tenant.js'
import { pushes } from './index.js'
import type { Said } from './push.js'

const BATCH = 100
const TOGETHER = 20
const MAX_TRIES = 8
const CARD_DAYS = 7

interface Needs {
  readonly transactions: Transactions
  readonly clock: Clock
  readonly logger: Logger
  /** Name of the application that writes to single people, when there is one. */
  readonly app?: string | undefined
  /** Mail for groups the robot cannot be in. */
  readonly second?: SecondRoad
}

export class Announcer {
  constructor(private readonly needs: Needs) {}

  /** Works off what is due; an announcement that cannot be said is tried again, later ones are not held up by it. */
  async runDue(): Promise<number> {
    const now = instant(this.needs.clock.now())
    const due = await this.needs.transactions.read(t =>
      t.announcements.acrossTenantsFind({ state: 'pending', dueAt: { atMost: now } }, { order: { dueAt: 'asc', id: 'asc' }, limit: BATCH }),
    )
    for (let at = 0; at < due.length; at += TOGETHER) await this.sayTogether(due.slice(at, at + TOGETHER))
    return due.length
  }

  /** A commit waits for the disk: many share one. When one of them fails, each is said by itself. */
  private async sayTogether(due: readonly Announcement[]): Promise<void> {
    try {
      await this.needs.transactions.run(async tx => {
        for (const announcement of due) await this.say(tx, announcement)
      })
    } catch (error) {
      if (due.length === 1) return this.later(due[0]!, error)
      for (const announcement of due) await this.sayTogether([announcement])
    }
  }

  private async say(tx: Tx, announcement: Announcement): Promise<void> {
    // Exactly one process sees one changed row; the deliveries below are in the same transaction.
    if (
      (await tx.announcements.update(
        announcement.tenantId,
        { id: announcement.id, state: 'pending' },
        { state: 'done', attempts: announcement.attempts + 1 },
      )) === 0
    )
      return
    const push = pushes.find(item => item.kind === announcement.kind)
    if (!push) throw new Error(`no push file for ${announcement.kind}`)
    const said = await push.say({ tx, tenantId: announcement.tenantId, refs: announcement.refs })
    let index = 0
    for (const [nth, item] of said.entries()) {
      if (item.call !== undefined)
        await this.needs.second?.ring(tx, { ...announcement, subject: item.subject, text: item.call, key: `${announcement.key}/${nth}` })
      if (item.to === 'people') {
        await this.toPeople(tx, announcement, item, `${announcement.key}/${nth}`)
        continue
      }
      const groups =
        item.to === 'butler' || item.to === 'war'
          ? await tx.groups.find(announcement.tenantId, { kind: item.to, ...(item.chatId === undefined ? {} : { chatId: item.chatId }) })
          : await tx.groups.find(PLATFORM, { kind: item.to })
      for (const group of groups) {
        const key = `${announcement.key}/${group.chatId}/${index++}`.slice(0, 200)
        if (group.form === 'external_relay') await this.relay(tx, announcement, group, item, key)
        else await queue(tx, announcement, group, item, key)
      }
      // Once a person, however many groups the customer has.
      await this.personally(tx, announcement, item, `${announcement.key}/${nth}`)
    }
  }

  /** Single messages by whoever can write to them, and a mail where they have one. */
  private async toPeople(tx: Tx, announcement: Announcement, said: Said, key: string): Promise<void> {
    const { tenantId, kind } = announcement
    const { message, lane = 1, subject } = said
    if (message.kind !== 'markdown') throw new Error(`${kind} says to people what is no text`)
    for (const userId of said.userIds ?? []) {
      const person = (await tx.people.first(tenantId, { userId })) ?? (await tx.people.first(PLATFORM, { userId }))
      const group = await tx.groups.first(person?.tenantId ?? tenantId, {})
      if (!person) continue
      const { app } = this.needs
      const base = { tenantId, chatId: userId, chatType: 'single', lane, subject, kind, message } as const
      const road = app === undefined ? { robot: group?.robot } : { robot: app, road: 'app' as const }
      if (road.robot !== undefined)
        await tx.deliveries.insertIfAbsent(newDelivery(tx, { ...base, ...road, robot: road.robot, key: `${key}#${userId}`.slice(-200) }))
      await this.needs.second?.mailTo(tx, person, asMailed(tx, announcement, said, `${key}#${userId}`))
    }
  }

  /** A card of one's own: by the application, or by mail for who wants it so; whoever wants mail also gets what is grave. */
  private async personally(tx: Tx, announcement: Announcement, said: Said, key: string): Promise<void> {
    const { second, app } = this.needs
    const named = said.personally ?? []
    const byMail = second ? await mailReaders(tx, announcement.tenantId, said, named) : []
    for (const person of byMail) await second?.mailTo(tx, person, asMailed(tx, announcement, said, key))
    const mailed = byMail.map(person => person.userId)
    if (app)
      await queuePersonally(
        tx,
        announcement,
        said,
        app,
        key,
        named.filter(userId => !mailed.includes(userId)),
      )
  }

  /** No robot may sit in a group with outside people: the customer manager gets a text to pass on, and who decides gets a link by mail. */
  private async relay(tx: Tx, announcement: Announcement, group: Group, said: Said, key: string): Promise<void> {
    const tenant = await tx.tenants.get(announcement.tenantId, announcement.tenantId)
    const { message } = said
    if (!tenant?.manager || message.kind === 'file' || message.kind === 'mention') return
    const text = message.kind === 'markdown' ? message.text : cardAsText(message.card, said.commands ?? {})
    const base = {
      tenantId: announcement.tenantId,
      robot: group.robot,
      chatId: tenant.manager,
      chatType: 'single',
      kind: announcement.kind,
    } as const
    const asked = announcement.kind === 'approval-requested' ? '（确认链接已发到授权人的邮箱）' : ''
    const passOn = { kind: 'markdown', text: `请转发到“${group.name}”${asked}：\n\n${text}` } as const
    const row = newDelivery(tx, {
      ...base,
      lane: said.lane ?? 1,
      subject: said.subject,
      message: passOn,
      key,
      expiresAt: said.expiresAt ?? null,
    })
    if (!(await tx.deliveries.insertIfAbsent(row))) return
    if (announcement.kind === 'approval-requested')
      await this.needs.second?.byMail(tx, { ...row, chatId: group.chatId, message: { kind: 'markdown', text } })
  }

  private async later(announcement: Announcement, error: unknown): Promise<void> {
    const attempts = announcement.attempts + 1
    const gaveUp = attempts >= MAX_TRIES
    this.needs.logger.error(
      { error, announcement: announcement.kind, key: announcement.key, attempts, tenantId: announcement.tenantId },
      'announcement could not be said',
    )
    const message = isAppError(error) ? error.code : error instanceof Error ? error.message.slice(0, 300) : 'INTERNAL'
    await this.needs.transactions.run(async tx => {
      const set = {
        state: gaveUp ? 'failed' : 'pending',
        attempts,
        error: message,
        dueAt: plusSeconds(tx.at, Math.min(600, 2 ** attempts)),
      } as const
      await tx.announcements.update(announcement.tenantId, { id: announcement.id }, set)
    })
  }
}

/** Where everything said to a room becomes rows: the card's meaning first, then the message, then the line that rings. */
async function queue(tx: Tx, announcement: Announcement, group: Group, said: Said, key: string): Promise<void> {
  const base = {
    tenantId: announcement.tenantId,
    robot: group.robot,
    chatId: group.chatId,
    chatType: 'group',
    lane: said.lane ?? 1,
    subject: said.subject,
    kind: announcement.kind,
    level: said.level ?? null,
    topic: said.topic ?? '',
    // A card whose buttons would be refused is not worth sending any more.
    expiresAt: said.expiresAt ?? null,
  } as const
  const road = await unaskedRoad(tx, group)
  const message = road === 'webhook' ? withoutButtons(said) : await withKeptCard(tx, announcement.tenantId, group, said)
  const row = await withinBudget(tx, group, newDelivery(tx, { ...base, road, message, key }))
  if (!(await tx.deliveries.insertIfAbsent(row)) || row.state !== 'queued') return
  if (said.mention && group.webhook) {
    const userIds = await whoWants(tx, group.kind === 'butler' ? announcement.tenantId : PLATFORM, said, said.mention.userIds)
    if (userIds.length === 0) return
    const line = { kind: 'mention', text: said.mention.text, userIds } as const
    await tx.deliveries.insertIfAbsent(
      newDelivery(tx, { ...base, level: null, road: 'webhook', message: line, key: `${key}@`.slice(-200) }),
    )
  }
}

async function withKeptCard(tx: Tx, tenantId: string, group: Group, { message, commands = {}, expiresAt }: Said): Promise<OutgoingMessage> {
  if (message.kind !== 'card') return message
  const { card } = message
  return { kind: 'card', card: { ...card, taskId: await keepCard(tx, tenantId, group, card, commands, expiresAt) } }
}

/** A webhook has no buttons: what they stand for is said instead. */
function withoutButtons({ message, commands = {} }: Said): OutgoingMessage {
  return message.kind === 'card' ? { kind: 'markdown', text: cardAsText(message.card, commands) } : message
}

/** Of the named people those who want to be rung for this; who is not declared is rung as ever. */
async function whoWants(tx: Tx, tenantId: string, said: Said, userIds: readonly string[]): Promise<string[]> {
  const tenant = await tx.tenants.get(tenantId, tenantId)
  if (!tenant) return [...userIds]
  const people = userIds.map(userId => ({ tenantId, userId }))
  const about = { level: said.level ?? null, topic: said.topic ?? '', now: Date.parse(tx.at) }
  return (await willing(tx, tenant, people, about)).map(person => person.userId)
}

/** The same card to each person whose word is needed, with buttons of its own: a group is easily overlooked. */
async function queuePersonally(
  tx: Tx,
  announcement: Announcement,
  said: Said,
  app: string,
  key: string,
  userIds: readonly string[],
): Promise<void> {
  if (said.message.kind !== 'card') return
  for (const userId of userIds) {
    const place = { chatId: userId, robot: app }
    const taskId = await keepCard(tx, announcement.tenantId, place, said.message.card, said.commands ?? {}, said.expiresAt)
    const message = { kind: 'card', card: { ...said.message.card, taskId } } as const
    const base = { tenantId: announcement.tenantId, ...place, chatType: 'single', road: 'app', kind: announcement.kind } as const
    await tx.deliveries.insertIfAbsent(
      newDelivery(tx, { ...base, lane: 0, subject: said.subject, message, key: `${key}#app:${userId}`.slice(-200) }),
    )
  }
}

/** Who wants mail of this: of the named people, and of grave reports anybody of the customer who asked for mail and for this kind. */
async function mailReaders(tx: Tx, tenantId: string, said: Said, named: readonly string[]): Promise<Person[]> {
  const isGraveReport = said.to === 'butler' && (said.lane ?? 1) === 0 && said.level !== undefined
  if (named.length === 0 && !isGraveReport) return []
  const tenant = await tx.tenants.get(tenantId, tenantId)
  const wishing = await tx.preferences.find(tenantId, { scope: { startsWith: 'user:' } }, { limit: 500 })
  const ids = wishing.flatMap(row =>
    'channel' in row.settings && row.settings.channel === 'mail' ? [row.scope.slice('user:'.length)] : [],
  )
  const chosen = isGraveReport ? ids : ids.filter(userId => named.includes(userId))
  if (!tenant || chosen.length === 0) return []
  const people = (await tx.people.find(tenantId, { userId: { oneOf: chosen } })).filter(person => person.mail !== null)
  if (!isGraveReport) return people
  const wishes = await personalOf(tx, people)
  const asked = { level: said.level ?? null, topic: said.topic ?? '', now: Date.parse(tx.at), zone: tenant.timeZone }
  return people.filter((_, index) => wantsPersonally(asked, wishes[index] ?? defaultPersonal))
}

/** What a mail is a copy of; it is never queued itself. */
function asMailed(tx: Tx, { tenantId, kind }: Announcement, said: Said, key: string): Delivery {
  const { message, commands = {}, lane = 1, subject } = said
  const text = message.kind === 'card' ? ({ kind: 'markdown', text: cardAsText(message.card, commands) } as const) : message
  return newDelivery(tx, { tenantId, robot: '', chatId: '', chatType: 'single', lane, subject, kind, message: text, key: `${key}#own` })
}

/** Remembers what the buttons of a card mean and where it may be pressed; returns the card's task id. */
export async function keepCard(
  tx: Tx,
  tenantId: string,
  place: Pick<Group, 'chatId' | 'robot'>,
  card: Card,
  commands: CardRecord['commands'],
  expiresAt?: string,
): Promise<string> {
  const id = tx.id()
  if (card.buttons.length > 0) {
    await tx.cards.insert({
      id,
      tenantId,
      chatId: place.chatId,
      robot: place.robot,
      commands,
      expiresAt: expiresAt ?? plusSeconds(tx.at, CARD_DAYS * 86_400),
      createdAt: tx.at,
    })
  }
  return id
}
