// The WeCom sandbox: a server that speaks WeCom's own protocol and refuses what WeCom refuses; the app mounts it, the sandbox page and tests act as its people.
import { randomBytes } from 'node:crypto'
import type { WebSocket } from 'ws'
import { AppError } from '../../../core/errors.js'
import type { Clock } from '../../../core/ports/clock.js'
import { AppCallbacks } from './app-callbacks.js'
import { AppDoor } from './app-door.js'
import { AppMessages } from './app-messages.js'
import { AppTokens } from './app-tokens.js'
import { type CallbackCheck, CallbackLine } from './callback-line.js'
import { callbackPost } from './callback-post.js'
import { Callbacks } from './callbacks.js'
import { ChatBook } from './chat-book.js'
import { FaultDesk } from './fault-desk.js'
import { HttpDoor, type SandboxRequest, type SandboxResponse } from './http-door.js'
import { Journal } from './journal.js'
import { sealFile } from './sealed-media.js'
import { byteLength, type Fields } from './json-fields.js'
import { imageType, MediaShelf } from './media-shelf.js'
import { plainDraft } from './message-content.js'
import { Quota } from './quota.js'
import { RobotCallbacks } from './robot-callbacks.js'
import { RobotCommands } from './robot-commands.js'
import { RobotEars } from './robot-ears.js'
import { RobotLines } from './robot-line.js'
import { memberOf, mentionedIn, type Place, Roster } from './roster.js'
import { RefusalCount, type SandboxRefusal } from './refusal-count.js'
import type { SandboxFaults } from './sandbox-faults.js'
import { LimitDesk, type SandboxLimits } from './sandbox-limits.js'
import {
  type SandboxApp,
  type SandboxCard,
  type SandboxChange,
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
  private readonly faultDesk = new FaultDesk()
  private readonly roster = new Roster(this.faultDesk)
  private readonly book: ChatBook
  private readonly shelf: MediaShelf
  private readonly lines: RobotLines
  private readonly door: HttpDoor
  private readonly limitDesk: LimitDesk
  private readonly refusalCount = new RefusalCount()
  private readonly tokens: AppTokens
  private readonly callbackLine: CallbackLine
  private readonly robotCallbacks: RobotCallbacks
  private readonly ears: RobotEars
  private readonly appCallbacks: AppCallbacks
  private readonly publicUrl: () => string | undefined
  private readonly fileUrl: (id: string) => string
  /** Day of the last opening of a single chat, by chat. */
  private readonly enteredOn = new Map<string, string>()

  constructor(options: SandboxOptions) {
    this.limitDesk = new LimitDesk(options.limits)
    const limits = this.limitDesk.current
    const { clock, logger } = options
    const { roster, faultDesk: faults } = this
    this.clock = clock
    const fileUrl = (id: string): string => `${options.publicPath ?? '/sandbox/wecom'}/files/${id}`
    const uploadWindows = (): { milliseconds: number; max: number }[] => [
      { milliseconds: minute, max: limits.uploadsPerMinute },
      { milliseconds: hour, max: limits.uploadsPerHour },
    ]
    const journal = options.journalFile === undefined ? undefined : new Journal(options.journalFile, logger)
    const book = (this.book = new ChatBook(clock, logger, limits, journal))
    const callbacks = new Callbacks(clock, limits)
    const shelf = (this.shelf = new MediaShelf(clock, limits))
    const uploadQuota = new Quota(clock, uploadWindows)
    const uploads = new Uploads(clock, shelf, uploadQuota)
    const quota = new Quota(clock, () => [
      { milliseconds: minute, max: limits.perMinute },
      { milliseconds: hour, max: limits.perHour },
    ])
    const commands = new RobotCommands({ clock, limits, roster, book, callbacks, quota, shelf, uploads, fileUrl })
    const refusals = this.refusalCount
    this.lines = new RobotLines({ clock, logger, roster, commands, faults, refusals })
    const webhookQuota = new Quota(clock, () => [{ milliseconds: minute, max: limits.webhookPerMinute }])
    const webhookUploads = new Quota(clock, uploadWindows)
    const tokens = (this.tokens = new AppTokens(clock, limits, roster))
    const messages = new AppMessages(clock, limits)
    const apps = new AppDoor({ clock, limits, roster, book, shelf, tokens, messages, refusals, fileUrl })
    const post = callbackPost(options.callbacksAnywhere ?? false)
    const line = (this.callbackLine = new CallbackLine({ clock, logger, limits, refusals, post }))
    const publicUrl = (this.publicUrl = options.publicUrl ?? (() => undefined))
    this.fileUrl = fileUrl
    const robots = (this.robotCallbacks = new RobotCallbacks({ clock, limits, line, callbacks, commands, publicUrl }))
    this.ears = new RobotEars({ clock, logger, roster, faults, callbacks, lines: this.lines, robotCallbacks: robots })
    this.appCallbacks = new AppCallbacks({ clock, limits, line, book, messages })
    const pause = (milliseconds: number): Promise<void> => line.pause(milliseconds)
    const webhook = { quota: webhookQuota, uploadQuota: webhookUploads }
    this.door = new HttpDoor({ clock, logger, limits, roster, book, shelf, ...webhook, apps, robots, refusals, faults, fileUrl, pause })
  }

  /**
   * Adds or replaces robots, groups and apps by id; messages and activation are kept, what is not named stays.
   * @throws REQUEST_INVALID
   */
  declare(state: {
    readonly robots: readonly SandboxRobot[]
    readonly groups: readonly SandboxGroup[]
    readonly apps?: readonly SandboxApp[]
    readonly limits?: Partial<SandboxLimits>
  }): void {
    this.roster.declare(state.robots, state.groups, state.apps)
    if (state.limits) this.limits(state.limits)
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

  /** Single chats in which something was said, named after both sides. */
  singles(): { chatid: string; name: string; members: readonly SandboxMember[] }[] {
    return this.book.chatNames().flatMap(chatid => {
      const place = chatid.startsWith('single:') ? this.roster.find(chatid) : undefined
      const [member, other] = [place?.members[0], place?.robots[0]]
      return place && member && other ? [{ chatid, name: `${other.name} ↔ ${member.name}`, members: place.members }] : []
    })
  }

  /**
   * Oldest first; after the message `after` when that is still kept, else all.
   * @param chatid a group's, `single:<userid>` (with the first robot), `single:<userid>:<botId>` or `single:<userid>:app:<agentId>`
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
    const app = this.appIn(place)
    const hearing = place.chatType === 'single' ? place.robots.map(robot => robot.botId) : mentionedIn(text, place).robots
    for (const botId of hearing) this.robotCallbacks.checkPatience(botId, member.userid)
    const quote = options.quote === undefined ? undefined : this.kept(place, options.quote).message.text
    const mentioned = mentionedIn(text, place)
    const draft = plainDraft('text', text, [...mentioned.members, ...mentioned.robots])
    const sender = { from: member.userid, fromName: member.name }
    const message = this.book.add(place.chat, quote === undefined ? draft : { ...draft, quote }, sender)
    if (app) this.appCallbacks.said({ app, chat: place.chat, userid: member.userid }, text)
    for (const botId of app ? [] : hearing) {
      this.book.activate(place.chat, botId)
      this.ears.heard(botId, place, member, message)
    }
    return message
  }

  /**
   * Sends a file or picture as a member, alone with a robot: groups do not bring files to robots, and what applications hear of files is not played.
   * @throws NOT_FOUND (chat), REQUEST_INVALID (no member; a group or an application; not above 5 bytes or too large)
   */
  sendFile(chatid: string, userid: string, name: string, bytes: Buffer): SandboxMessage {
    const place = this.roster.place(chatid)
    const member = memberOf(place, userid)
    const [robot] = place.robots
    if (place.chatType !== 'single' || !robot || this.appIn(place)) {
      throw new AppError('REQUEST_INVALID', { problem: '文件只能在与机器人的单聊里发' })
    }
    const type = imageType(bytes) && bytes.length <= 10 * 1024 * 1024 ? 'image' : 'file'
    if (bytes.length <= 5 || bytes.length > 20 * 1024 * 1024)
      throw new AppError('REQUEST_INVALID', { problem: '文件要大于 5 字节、不超过 20 MB' })
    const shown = this.shelf.put(`member:${member.userid}`, type, name, bytes)
    const draft = { ...plainDraft(type, name), files: [{ name, url: this.fileUrl(shown.id) }] }
    const message = this.book.add(place.chat, draft, { from: member.userid, fromName: member.name })
    this.book.activate(place.chat, robot.botId)
    this.ears.heard(robot.botId, place, member, message, this.sealedFile(robot.botId, type, name, bytes))
    return message
  }

  /** As WeCom hands files to robots: encrypted, the key beside the address or, in callback mode, the robot's own (doc 100719). */
  private sealedFile(botId: string, type: 'file' | 'image', name: string, bytes: Buffer): Fields {
    const own = this.roster.robot(botId)?.callback?.encodingAesKey
    const key = own === undefined ? randomBytes(32) : Buffer.from(own, 'base64')
    const media = this.shelf.put(`sealed:${botId}`, 'file', name, sealFile(bytes, key))
    const url = `${this.publicUrl() ?? ''}/files/${media.id}`
    return { msgtype: type, [type]: own === undefined ? { url, aeskey: key.toString('base64') } : { url } }
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
    checkSelected(card, selected)
    // A forwarded card still belongs to whoever sent it.
    const app = this.roster.appOf(botId)
    if (app) return this.appCallbacks.pressed({ app, chat: place.chat, userid: member.userid }, { msgid, card, key, selected })
    const items = Object.entries(selected).map(([question, ids]) => ({ question_key: question, option_ids: { option_id: [...ids] } }))
    const event = {
      card_type: card.type,
      event_key: key,
      task_id: card.taskId,
      ...(items.length > 0 ? { selected_items: { selected_item: items } } : {}),
    }
    this.ears.pressed(botId, place, member, { msgid, taskId: card.taskId }, event)
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
    const app = this.appIn(place)
    if (app) return this.appCallbacks.entered({ app, chat: place.chat, userid: member.userid })
    for (const robot of place.robots) this.ears.entered(robot.botId, place, member)
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

  /** Everything below `/cgi-bin/` that is listed in README.md, and `/files/<media_id>`; never rejects. */
  handle(request: SandboxRequest): Promise<SandboxResponse> {
    return this.door.handle(request)
  }

  /** What was refused, dropped or broken so far, by channel, chat and code. */
  refusals(): SandboxRefusal[] {
    return this.refusalCount.list()
  }

  /** Starts counting anew. */
  forgetRefusals(): void {
    this.refusalCount.clear()
  }

  /** The present limits, after a change when one is given: what is not named stays, `{}` restores those of the start. @throws REQUEST_INVALID */
  limits(change?: Readonly<Record<string, unknown>>): SandboxLimits {
    if (change) this.limitDesk.change(change)
    return { ...this.limitDesk.current }
  }

  /** Orders faults; what is not named stays as ordered, `{}` ends them all. */
  faults(change: Partial<SandboxFaults>): void {
    this.faultDesk.order(change)
  }

  /** The faults that are ordered now, with what is left of their numbers. */
  faultsNow(): SandboxFaults {
    return this.faultDesk.now
  }

  /** Does something wrong once, now: every access token is void, or every long connection broken. */
  strike(act: 'invalidate-tokens' | 'drop-connections'): void {
    if (act === 'invalidate-tokens') this.tokens.invalidateAll()
    else this.drop()
  }

  /** Breaks the connection of one robot, or of all, without a goodbye. */
  drop(botId?: string): void {
    this.lines.drop(botId)
  }

  /**
   * Asks a callback address to decipher a text, as WeCom does when somebody types it in.
   * @param owner a robot's botId, or `app:<agentId>` @throws NOT_FOUND (no such robot or app, or none with a callback)
   */
  async verifyCallback(owner: string): Promise<CallbackCheck> {
    const app = this.roster.appOf(owner)
    const callback = app ? app.callback : this.roster.robot(owner)?.callback
    if (!callback) throw new AppError('NOT_FOUND', { what: `${owner.slice(0, 80)} 的回调地址` })
    return this.callbackLine.verify(app ? { ...callback, receiveId: callback.receiveId ?? app.corpId } : callback)
  }

  /** Resolves when no callback is under way any more; a stream that is not finished is. */
  callbacksSettled(): Promise<void> {
    return this.callbackLine.settled()
  }

  /** Ends all connections and callbacks. */
  close(): void {
    this.callbackLine.close()
    this.lines.close()
  }

  private kept(place: Place, msgid: string): { message: SandboxMessage; botId?: string } {
    const kept = this.book.find(place.chat, msgid)
    if (!kept) throw new AppError('NOT_FOUND', { what: `消息 ${msgid.slice(0, 80)}` })
    return kept
  }

  /** The app whose single chat that is. */
  private appIn(place: Place): SandboxApp | undefined {
    return place.chatType === 'single' ? this.roster.appOf(place.robots[0]?.botId ?? '') : undefined
  }
}

/** @throws REQUEST_INVALID */
function checkSelected(card: SandboxCard, selected: Readonly<Record<string, readonly string[]>>): void {
  for (const [question, ids] of Object.entries(selected)) {
    const asked = card.questions.find(one => one.key === question)
    const known = asked && ids.every(id => asked.options.some(option => option.id === id)) && (asked.multiple || ids.length <= 1)
    if (!known) throw new AppError('REQUEST_INVALID', { problem: '卡片上没有这个选项' })
  }
}
