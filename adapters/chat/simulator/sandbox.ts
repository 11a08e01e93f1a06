// The WeCom sandbox: a server that speaks WeCom's own protocol and refuses what WeCom refuses; the app mounts it, the sandbox page and tests act as its people.
import type { WebSocket } from 'ws'
import { AppError } from '../../../core/errors.js'
import type { Clock } from '../../../core/ports/clock.js'
import { Callbacks } from './callbacks.js'
import { ChatBook } from './chat-book.js'
import { FaultDesk } from './fault-desk.js'
import { HttpDoor, type SandboxRequest, type SandboxResponse } from './http-door.js'
import { Journal } from './journal.js'
import { byteLength } from './json-fields.js'
import { MediaShelf } from './media-shelf.js'
import { plainDraft } from './message-content.js'
import { Quota } from './quota.js'
import { RobotCommands } from './robot-commands.js'
import { freshId, RobotLines } from './robot-line.js'
import { memberOf, mentionedIn, type Place, Roster } from './roster.js'
import {
  defaultLimits,
  type SandboxChange,
  type SandboxFaults,
  type SandboxGroup,
  type SandboxMember,
  type SandboxMessage,
  type SandboxOptions,
  type SandboxRobot,
} from './sandbox-types.js'
import { Uploads } from './uploads.js'

const minute = 60_000
const hour = 3_600_000
const maxSaidBytes = 20_480

export class Sandbox {
  private readonly clock: Clock
  private readonly roster = new Roster()
  private readonly faultDesk = new FaultDesk()
  private readonly book: ChatBook
  private readonly callbacks: Callbacks
  private readonly shelf: MediaShelf
  private readonly lines: RobotLines
  private readonly door: HttpDoor
  private readonly logger: SandboxOptions['logger']
  /** Day of the last opening of a single chat, by chat. */
  private readonly enteredOn = new Map<string, string>()

  constructor(options: SandboxOptions) {
    const limits = { ...defaultLimits, ...options.limits }
    const { clock, logger } = options
    const { roster, faultDesk: faults } = this
    this.clock = clock
    this.logger = logger
    const fileUrl = (id: string): string => `${options.publicPath ?? '/sandbox/wecom'}/files/${id}`
    const windows = (perMinute: number, perHour: number): { milliseconds: number; max: number }[] => [
      { milliseconds: minute, max: perMinute },
      { milliseconds: hour, max: perHour },
    ]
    const journal = options.journalFile === undefined ? undefined : new Journal(options.journalFile, logger)
    const book = (this.book = new ChatBook(clock, logger, limits.messagesPerChat, journal))
    const callbacks = (this.callbacks = new Callbacks(clock, limits))
    const shelf = (this.shelf = new MediaShelf(clock, limits.mediaBytes))
    const uploadQuota = new Quota(clock, windows(limits.uploadsPerMinute, limits.uploadsPerHour))
    const uploads = new Uploads(clock, shelf, uploadQuota)
    const quota = new Quota(clock, windows(limits.perMinute, limits.perHour))
    const commands = new RobotCommands({ clock, limits, roster, book, callbacks, quota, shelf, uploads, fileUrl })
    this.lines = new RobotLines({ clock, logger, roster, commands, faults })
    const webhookQuota = new Quota(clock, [{ milliseconds: minute, max: limits.webhookPerMinute }])
    const webhookUploads = new Quota(clock, windows(limits.uploadsPerMinute, limits.uploadsPerHour))
    this.door = new HttpDoor({ clock, logger, roster, book, shelf, quota: webhookQuota, uploadQuota: webhookUploads, faults, fileUrl })
  }

  /** Adds or replaces robots and groups by id; messages and activation are kept, what is not named stays. @throws REQUEST_INVALID */
  declare(state: { readonly robots: readonly SandboxRobot[]; readonly groups: readonly SandboxGroup[] }): void {
    this.roster.declare(state.robots, state.groups)
    for (const group of state.groups) {
      if (group.activated) for (const robot of group.robots) this.book.activate(group.chatid, robot.botId)
    }
  }

  /** Takes over an accepted socket of a WebSocket server made with `maxPayload: maxFrameBytes`. */
  accept(socket: WebSocket): void {
    this.lines.accept(socket)
  }

  groups(): { chatid: string; name: string; members: readonly SandboxMember[] }[] {
    return this.roster.allGroups().map(({ chatid, name, members }) => ({ chatid, name, members }))
  }

  /**
   * Oldest first; after the message `after` when that is still kept, else all.
   * @param chatid a group's, `single:<userid>` (with the first robot) or `single:<userid>:<botId>`
   * @throws NOT_FOUND
   */
  messages(chatid: string, after?: string): SandboxMessage[] {
    return this.book.list(this.roster.place(chatid).chat, after)
  }

  /** A robot's long connection is up. */
  isConnected(botId: string): boolean {
    return this.lines.isConnected(botId)
  }

  /**
   * Says something as a member. A robot hears it in a group only when it is mentioned with its name there, in a single chat always;
   * both open the chat for its pushes.
   * @param options.quote msgid of a message in the same chat
   * @throws NOT_FOUND (chat, quoted message), REQUEST_INVALID (no member; text empty or above 20,480 bytes)
   */
  say(chatid: string, userid: string, text: string, options: { readonly quote?: string } = {}): SandboxMessage {
    const place = this.roster.place(chatid)
    const member = memberOf(place, userid)
    if (text.trim() === '' || byteLength(text) > maxSaidBytes)
      throw new AppError('REQUEST_INVALID', { problem: '消息为空或超过 20480 字节' })
    const quote = options.quote === undefined ? undefined : this.kept(place, options.quote).message.text
    const mentioned = mentionedIn(text, place)
    const draft = plainDraft('text', text, [...mentioned.members, ...mentioned.robots])
    const sender = { from: member.userid, fromName: member.name }
    const message = this.book.add(place.chat, quote === undefined ? draft : { ...draft, quote }, sender)
    const hearers = place.chatType === 'single' ? place.robots.map(robot => robot.botId) : mentioned.robots
    for (const botId of hearers) {
      this.book.activate(place.chat, botId)
      this.tellMessage(botId, place, member, message)
    }
    return message
  }

  /**
   * Presses a button (or menu entry) as a member. The event goes out once; nobody repeats it when the robot is away.
   * @param selected chosen option ids by question, for cards that ask
   * @throws NOT_FOUND (chat, message), REQUEST_INVALID (no member, no such button, unknown option)
   */
  press(chatid: string, userid: string, msgid: string, key: string, selected: Readonly<Record<string, readonly string[]>> = {}): void {
    const place = this.roster.place(chatid)
    const member = memberOf(place, userid)
    const { message, botId } = this.kept(place, msgid)
    const views = new Map(Object.entries(message.views ?? {}))
    const card = views.get(member.userid.toLowerCase()) ?? message.card
    const has = card && [...card.buttons, ...card.menu].some(button => button.key === key)
    if (!has || card.taskId === undefined || botId === undefined) {
      throw new AppError('REQUEST_INVALID', { problem: `这条消息上没有按钮 ${key.slice(0, 80)}` })
    }
    const items = Object.entries(selected).map(([question, ids]) => {
      const asked = card.questions.find(one => one.key === question)
      const known = asked && ids.every(id => asked.options.some(option => option.id === id)) && (asked.multiple || ids.length <= 1)
      if (!known) throw new AppError('REQUEST_INVALID', { problem: '卡片上没有这个选项' })
      return { question_key: question, option_ids: { option_id: [...ids] } }
    })
    const event = {
      card_type: card.type,
      event_key: key,
      task_id: card.taskId,
      ...(items.length > 0 ? { selected_items: { selected_item: items } } : {}),
    }
    const reqId = this.callbacks.open({ kind: 'press', botId, chat: place.chat, msgid, taskId: card.taskId })
    this.tellEvent(botId, reqId, place, member, { eventtype: 'template_card_event', template_card_event: event })
  }

  /**
   * Forwards a card into another chat, where it can be pressed like the original.
   * @throws NOT_FOUND, REQUEST_INVALID (not a member of both chats; not a card)
   */
  forward(fromChat: string, msgid: string, toChat: string, userid: string): SandboxMessage {
    const from = this.roster.place(fromChat)
    const to = this.roster.place(toChat)
    memberOf(from, userid)
    const member = memberOf(to, userid)
    const { message, botId } = this.kept(from, msgid)
    if (!message.card) throw new AppError('REQUEST_INVALID', { problem: '只能转发卡片' })
    const draft = { kind: message.kind, text: message.text, buttons: message.buttons, files: [], mentions: [], card: message.card }
    const sender = { from: member.userid, fromName: member.name }
    return this.book.add(to.chat, draft, botId === undefined ? sender : { ...sender, botId })
  }

  /** Opens the single chat with a robot; the first time on a (UTC) day the robot is told. @throws NOT_FOUND */
  enter(userid: string, botId?: string): void {
    const place = this.roster.place(botId === undefined ? `single:${userid}` : `single:${userid}:${botId}`)
    const today = new Date(this.clock.now()).toISOString().slice(0, 10)
    if (this.enteredOn.get(place.chat) === today) return
    this.enteredOn.set(place.chat, today)
    const member = memberOf(place, userid)
    for (const robot of place.robots) {
      const reqId = this.callbacks.open({ kind: 'enter', botId: robot.botId, chat: place.chat })
      this.tellEvent(robot.botId, reqId, place, member, { eventtype: 'enter_chat', enter_chat: {} })
    }
  }

  /** A file of any chat; undefined when it has given way to newer ones. */
  file(mediaId: string): { name: string; bytes: Buffer } | undefined {
    const media = this.shelf.find(mediaId)
    return media && { name: media.name, bytes: media.bytes }
  }

  /** Calls `listener` after every new or changed message until the returned function is called. */
  subscribe(listener: (change: SandboxChange) => void): () => void {
    return this.book.subscribe(listener)
  }

  /** `/cgi-bin/webhook/send`, `/cgi-bin/webhook/upload_media` and `/files/<media_id>`; never rejects. */
  handle(request: SandboxRequest): Promise<SandboxResponse> {
    return this.door.handle(request)
  }

  /** Orders faults; what is not named stays as ordered, `{}` ends them all. */
  faults(change: Partial<SandboxFaults>): void {
    this.faultDesk.order(change)
  }

  /** Breaks the connection of one robot, or of all, without a goodbye. */
  drop(botId?: string): void {
    this.lines.drop(botId)
  }

  /** Ends all connections. */
  close(): void {
    this.lines.close()
  }

  private kept(place: Place, msgid: string): { message: SandboxMessage; botId?: string } {
    const kept = this.book.find(place.chat, msgid)
    if (!kept) throw new AppError('NOT_FOUND', { what: `消息 ${msgid.slice(0, 80)}` })
    return kept
  }

  private tellMessage(botId: string, place: Place, member: SandboxMember, message: SandboxMessage): void {
    const reqId = this.callbacks.open({ kind: 'message', botId, chat: place.chat })
    const quote = message.quote === undefined ? {} : { quote: { msgtype: 'text', text: { content: message.quote } } }
    const body = {
      ...this.envelope(botId, place, member),
      msgid: message.msgid,
      msgtype: 'text',
      text: { content: message.text },
      ...quote,
    }
    const times = this.faultDesk.takeDuplicate() ? 2 : 1
    for (let time = 0; time < times; time++) this.tell(botId, 'aibot_msg_callback', reqId, body)
  }

  private tellEvent(botId: string, reqId: string, place: Place, member: SandboxMember, event: object): void {
    this.tell(botId, 'aibot_event_callback', reqId, { ...this.envelope(botId, place, member), msgid: freshId(), msgtype: 'event', event })
  }

  private envelope(botId: string, place: Place, member: SandboxMember): object {
    return {
      aibotid: botId,
      create_time: Math.floor(this.clock.now() / 1000),
      ...(place.chatType === 'group' ? { chatid: place.chat } : {}),
      chattype: place.chatType,
      from: { userid: member.userid },
    }
  }

  private tell(botId: string, cmd: string, reqId: string, body: object): void {
    if (!this.lines.tell(botId, cmd, reqId, body)) this.logger.warn({ botId, cmd }, 'robot is not connected to the sandbox, callback lost')
  }
}
