// The HTTP interface of self-built applications: token, message, card update, recall, media; the sandbox's HTTP door hands requests under /cgi-bin in.
import { createHash } from 'node:crypto'
import type { Clock } from '../../../core/ports/clock.js'
import { type AppMessages } from './app-messages.js'
import { type Recipients, readRecipients, readUpdateRecipients } from './app-recipients.js'
import { readAppDraft } from './app-content.js'
import type { AppTokens } from './app-tokens.js'
import { type ChatBook, freshMsgid } from './chat-book.js'
import { asFields, asText, byteLength, type Fields, parseObject } from './json-fields.js'
import { asMediaType, checkMediaKind, checkMediaSize, type Media, type MediaShelf } from './media-shelf.js'
import { cardDraft, type Draft, readCard } from './message-content.js'
import { findMediaPart } from './multipart.js'
import { Quota } from './quota.js'
import type { RefusalCount } from './refusal-count.js'
import type { Roster } from './roster.js'
import type { SandboxLimits } from './sandbox-limits.js'
import type { SandboxApp, SandboxCard } from './sandbox-types.js'
import { WecomRefusal } from './wecom-refusal.js'

export interface AppDoorParts {
  readonly clock: Clock
  readonly limits: SandboxLimits
  readonly roster: Roster
  readonly book: ChatBook
  readonly shelf: MediaShelf
  readonly tokens: AppTokens
  readonly messages: AppMessages
  readonly refusals: RefusalCount
  readonly fileUrl: (mediaId: string) => string
}

/** As much of a request as an app's call needs. */
export interface AppCall {
  readonly query: Readonly<Record<string, string | undefined>>
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
  readonly ip: string
}

const methods: Readonly<Record<string, readonly string[]>> = {
  '/cgi-bin/gettoken': ['GET', 'POST'],
  '/cgi-bin/getcallbackip': ['GET'],
  '/cgi-bin/message/send': ['POST'],
  '/cgi-bin/message/update_template_card': ['POST'],
  '/cgi-bin/message/recall': ['POST'],
  '/cgi-bin/media/upload': ['POST'],
  '/cgi-bin/media/get': ['GET'],
}
const interactive = ['button_interaction', 'vote_interaction', 'multiple_interaction']

export class AppDoor {
  private readonly calls: Quota
  private readonly members: Quota
  private readonly days = new Map<number, { day: number; count: number }>()

  constructor(private readonly parts: AppDoorParts) {
    const { clock, limits } = parts
    this.calls = new Quota(clock, () => [{ milliseconds: 60_000, max: limits.appCallsPerMinute }])
    this.members = new Quota(clock, () => [
      { milliseconds: 60_000, max: limits.appMemberPerMinute },
      { milliseconds: 3_600_000, max: limits.appMemberPerHour },
    ])
  }

  /** The methods of an interface; undefined when there is none at that path. */
  static methodsOf(path: string): readonly string[] | undefined {
    return Object.hasOwn(methods, path) ? methods[path] : undefined
  }

  /** The answer's JSON, or a file. @throws WecomRefusal */
  run(path: string, call: AppCall): Fields | Media {
    if (path === '/cgi-bin/gettoken') return { errcode: 0, errmsg: 'ok', ...this.fetchToken(call) }
    const app = this.parts.tokens.check(call.query['access_token'], call.ip)
    const key = JSON.stringify([app.agentId, path])
    this.calls.check(key)
    this.calls.take(key)
    switch (path) {
      case '/cgi-bin/message/send':
        return this.send(app, parseObject(call.body.toString('utf8')))
      case '/cgi-bin/message/update_template_card':
        return this.update(app, parseObject(call.body.toString('utf8')))
      case '/cgi-bin/message/recall':
        return this.recall(app, parseObject(call.body.toString('utf8')))
      case '/cgi-bin/media/upload':
        return this.upload(app, call)
      case '/cgi-bin/media/get':
        return this.parts.shelf.ownAny(`corp:${app.corpId}`, call.query['media_id'] ?? '')
      default:
        return { errcode: 0, errmsg: 'ok', ip_list: ['127.0.0.1'] }
    }
  }

  private fetchToken({ query, body, ip }: AppCall): Fields {
    const given = body.length > 0 ? parseObject(body.toString('utf8')) : {}
    const corpId = query['corpid'] ?? asText(given['corpid']) ?? ''
    return this.parts.tokens.fetch(corpId, query['corpsecret'] ?? asText(given['corpsecret']) ?? '', ip)
  }

  private send(app: SandboxApp, body: Fields): Fields {
    const { book, limits, messages, roster, shelf, fileUrl } = this.parts
    checkAgent(app, body['agentid'], roster)
    const recipients = readRecipients(body, app, roster)
    checkWhole(body, 'safe', 2)
    const draft = readAppDraft(body, { owner: `corp:${app.corpId}`, limits, shelf, fileUrl })
    const repeatSeconds = readRepeatSeconds(body)
    const callsBack = draft.card !== undefined && (interactive.includes(draft.card.type) || draft.card.menu.length > 0)
    if (callsBack && !app.callback) throw new WecomRefusal(43012, 'interactive template_card needs a callback url')
    this.checkTask(app, draft)

    const chats = recipients.userids.map(userid => chatOf(app, userid))
    const within = this.withinQuota(app, chats)
    if (draft.card?.taskId !== undefined) book.useTask(`app:${app.agentId}`, draft.card.taskId)
    const content = createHash('sha256')
      .update(JSON.stringify(body[String(body['msgtype'])]))
      .digest('base64url')
    const delivered = within.filter(chat => repeatSeconds === 0 || !messages.isRepeat(`${chat} ${content}`, repeatSeconds))
    const msgid = freshMsgid()
    const sender = { from: app.name, fromName: app.name, botId: `app:${app.agentId}` }
    for (const chat of delivered) book.add(chat, draft, sender, msgid)
    messages.remember(msgid, app.agentId, delivered)
    return {
      errcode: 0,
      errmsg: 'ok',
      ...invalidLists(recipients),
      msgid,
      ...(callsBack ? { response_code: messages.newCode(app.agentId, msgid, delivered) } : {}),
    }
  }

  /** Chats that get the message; for the others WeCom says ok and drops it. @throws WecomRefusal 45009 when told to refuse instead */
  private withinQuota(app: SandboxApp, chats: readonly string[]): string[] {
    const { clock, limits, refusals, roster } = this.parts
    const today = Math.floor(clock.now() / 86_400_000)
    const counted = this.days.get(app.agentId)
    const day = counted?.day === today ? counted : { day: today, count: 0 }
    this.days.set(app.agentId, day)
    const left = roster.audience(app).length * limits.appDailyPerMember - day.count
    const fitting = chats.filter(chat => this.members.fits(chat)).slice(0, Math.max(0, left))
    if (limits.appOverQuota === 'refuse' && fitting.length < chats.length) throw new WecomRefusal(45009, 'api freq out of limit')
    for (const chat of fitting) this.members.take(chat)
    day.count += fitting.length
    for (const chat of chats) if (!fitting.includes(chat)) refusals.add('app', chat, 'dropped')
    return fitting
  }

  private update(app: SandboxApp, body: Fields): Fields {
    const { book, messages, roster } = this.parts
    checkAgent(app, body['agentid'], roster)
    const recipients = readUpdateRecipients(body, app, roster)
    const code = messages.code(asText(body['response_code']) ?? '', app.agentId)
    const change = readCardChange(body)
    const named = new Set(recipients.userids.map(userid => chatOf(app, userid)))
    const chats = code.chats.filter(chat => named.has(chat))
    for (const chat of chats) {
      const old = book.find(chat, code.msgid)?.message
      if (!old?.card) continue
      const card = change(old.card)
      const { kind, text, buttons } = cardDraft(card)
      book.change(chat, code.msgid, { kind, text, buttons, card, views: {} })
    }
    code.spend()
    const got = new Set(code.chats)
    const strangers = recipients.userids.filter(userid => !got.has(chatOf(app, userid)))
    const invalid = [...recipients.invalidUsers, ...(body['atall'] === 1 ? [] : strangers)]
    return { errcode: 0, errmsg: 'ok', ...(invalid.length > 0 ? { invaliduser: invalid } : {}) }
  }

  private recall(app: SandboxApp, body: Fields): Fields {
    const msgid = asText(body['msgid'])
    if (msgid === undefined) throw new WecomRefusal(40058, 'msgid missing or invalid')
    for (const chat of this.parts.messages.toRecall(msgid, app.agentId)) this.parts.book.recall(chat, msgid)
    return { errcode: 0, errmsg: 'ok' }
  }

  private upload(app: SandboxApp, { query, headers, body }: AppCall): Fields {
    const type = asMediaType(query['type'])
    const part = findMediaPart(headers['content-type'] ?? '', body)
    if (!part || part.bytes.length === 0) throw new WecomRefusal(44001, 'empty media data')
    if (!type) throw new WecomRefusal(40004, 'invalid media type')
    checkMediaSize(type, part.bytes.length)
    checkMediaKind(type, part.bytes)
    const media = this.parts.shelf.put(`corp:${app.corpId}`, type, part.filename, Buffer.from(part.bytes))
    return { errcode: 0, errmsg: '', type, media_id: media.id, created_at: String(Math.floor(media.createdAt / 1000)) }
  }

  /** A task id belongs to one card of an app for ever. */
  private checkTask(app: SandboxApp, draft: Draft): void {
    const task = draft.card?.taskId
    if (task === undefined) return
    if (this.parts.book.isTaskUsed(`app:${app.agentId}`, task)) throw new WecomRefusal(42014, 'template_card.task_id duplicated')
  }
}

/** Where one member sees an app's messages. */
export function chatOf(app: SandboxApp, userid: string): string {
  return `single:${userid.toLowerCase()}:app:${app.agentId}`
}

/** Real clients send the number as text, too. @throws WecomRefusal 40056, 301002 */
function checkAgent(app: SandboxApp, value: unknown, roster: Roster): void {
  const agentId = typeof value === 'number' ? value : typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : undefined
  if (agentId === undefined || !roster.appOf(`app:${agentId}`)) throw new WecomRefusal(40056, 'invalid agentid')
  if (agentId !== app.agentId) throw new WecomRefusal(301002, 'not allow operate another agent with this accesstoken.')
}

/** A small number that may be written as text. */
function checkWhole(body: Fields, name: string, max: number): number {
  const value = body[name] ?? 0
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number > max) {
    throw new WecomRefusal(40035, `invalid ${name}. Warning: wrong json format. `)
  }
  return number
}

function readRepeatSeconds(body: Fields): number {
  const wanted = checkWhole(body, 'enable_duplicate_check', 1)
  const seconds = body['duplicate_check_interval'] === undefined ? 1800 : checkWhole(body, 'duplicate_check_interval', 14_400)
  return wanted === 1 ? seconds : 0
}

/** WeCom names what was wrong, in lower case, and nothing when all was right. */
function invalidLists({ invalidUsers, invalidParties, invalidTags }: Recipients): Fields {
  const lists = { invaliduser: invalidUsers, invalidparty: invalidParties, invalidtag: invalidTags }
  return Object.fromEntries(Object.entries(lists).flatMap(([name, list]) => (list.length > 0 ? [[name, list.join('|')]] : [])))
}

/** Either greys the buttons or brings a whole card. @throws WecomRefusal 42020, 40058, and those of `checkCard` */
function readCardChange(body: Fields): (old: SandboxCard) => SandboxCard {
  if (body['button'] !== undefined) {
    const name = asText(asFields(body['button'])?.['replace_name'])
    if (name === undefined || byteLength(name) > 1024) throw new WecomRefusal(42020, 'button.replace_name missing or invalid')
    return old => ({ ...old, buttons: [], replaced: true, replaceText: name })
  }
  if (body['template_card'] === undefined) throw new WecomRefusal(40058, 'button or template_card missing')
  const card = readCard(body, 'app', true)
  return old => (card.taskId === undefined && old.taskId !== undefined ? { ...card, taskId: old.taskId } : card)
}
