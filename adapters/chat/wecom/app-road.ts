// The road to one person by the self-built application (docs 90236, 94888): sends, updates pressed cards, hears what its callback brings; composed by app.
import { AppError } from '../../../core/errors.js'
import type { Card, ChatListener, OutgoingFile, OutgoingMessage, SendOptions, SendReceipt } from '../../../core/ports/chat.js'
import type { Clock } from '../../../core/ports/clock.js'
import type { Logger } from '../../../core/ports/logger.js'
import type { Road, RoadCapabilities, RoadTarget } from '../../../core/ports/road.js'
import type { TokenStore } from '../../../core/ports/token-store.js'
import { AppApi, RENEWED_AFTER, type AppCall, type AppCredentials } from './app-api.js'
import type { Fields } from './call-wecom.js'
import { fittedText } from './fitted-text.js'
import { mediaForm, sendUploaded } from './http-upload.js'
import { withoutTags } from './inert-text.js'
import { notOnThisRoad } from './not-on-this-road.js'
import { outgoingBytes } from './outgoing-bytes.js'
import { readAppCallback } from './read-app-callback.js'
import { ReplyHandles } from './reply-handles.js'
import { templateCard, updatedCard } from './template-card.js'
import { timeBudget } from './time-budget.js'

export interface AppRoadOptions extends AppCredentials {
  readonly tokens: TokenStore
  readonly logger: Logger
  readonly clock: Clock
  /** What the application is called in targets and in what is heard, default `app`. */
  readonly name?: string
  /** Where a tap on a card without buttons leads; WeCom wants an address there. */
  readonly cardUrl?: string
  /** For one message with its token, default 15 s. */
  readonly timeoutMilliseconds?: number
  /** For one file with its upload, default 120 s. */
  readonly fileMilliseconds?: number
}

const maxTextBytes = 2048
const maxCardHours = 72
/** Text on the button of a card that was decided. */
const doneText = '已处理'

/** Doc 90236. What goes to one person above the frequency is dropped silently, so the caller has to keep to it. */
const can: RoadCapabilities = {
  mention: true,
  buttons: true,
  update: true,
  files: true,
  markdown: true,
  maxBytes: maxTextBytes,
  perMinute: 30,
  perHour: 1000,
}

export class AppRoad implements Road {
  readonly id = 'app'
  readonly can = can
  private readonly api: AppApi
  private readonly handles: ReplyHandles
  private readonly name: string

  constructor(private readonly options: AppRoadOptions) {
    this.api = new AppApi(options, options)
    this.handles = new ReplyHandles(options.clock, { message: 0, press: maxCardHours * 3_600_000 })
    this.name = options.name ?? 'app'
  }

  async send(target: RoadTarget, message: OutgoingMessage, options: SendOptions = {}): Promise<SendReceipt> {
    const userId = personOf(target)
    const { timeoutMilliseconds = 15_000, fileMilliseconds = 120_000, cardUrl = 'https://work.weixin.qq.com/' } = this.options
    const left = timeBudget(message.kind === 'file' ? fileMilliseconds : timeoutMilliseconds)
    switch (message.kind) {
      case 'markdown':
        return this.say(userId, { msgtype: 'markdown', markdown: { content: fittedText(message.text, maxTextBytes) } }, left)
      case 'mention':
        return this.say(userId, mentionBody(userId, message), left)
      case 'card':
        return this.say(userId, { msgtype: 'template_card', template_card: templateCard(message.card, cardUrl) }, left)
      case 'card-update':
        return this.update(userId, message.card, options.replyTo, left)
      case 'file':
        return this.sendFile(userId, message.file, left)
    }
  }

  /**
   * Takes what the application's callback brought, decrypted; resolves when the listener is done.
   * @returns nothing: there is no passive reply, cards are updated by their response code
   */
  async hear(xml: string, listener: ChatListener): Promise<undefined> {
    const heard = readAppCallback(xml, this.options)
    switch (heard.kind) {
      case 'message':
        await listener.onMessage({ ...heard.message, robot: this.name, replyTo: '' })
        return
      case 'press': {
        const { press, responseCode } = heard
        const { chatId, taskId } = press
        const replyTo =
          responseCode === undefined ? '' : this.handles.keep({ kind: 'press', robot: this.name, chatId, reference: responseCode, taskId })
        await listener.onPress({ ...press, robot: this.name, replyTo })
        return
      }
      case 'entered':
        await listener.onEntered?.(this.name, heard.userId)
        return
      case 'skipped':
        this.options.logger.info({ app: this.name, why: heard.why }, 'callback from WeCom was left aside')
    }
  }

  private async say(userId: string, body: object, left: () => number): Promise<SendReceipt> {
    return receipt(await this.message(userId, body, left), userId)
  }

  private message(userId: string, body: object, left: () => number): Promise<Fields> {
    const { agentId } = this.options
    return this.api.call({
      path: 'message/send',
      body: { touser: userId, agentid: agentId, ...body },
      chatId: userId,
      effect: 'says',
      left,
    })
  }

  private async sendFile(userId: string, file: OutgoingFile, left: () => number): Promise<SendReceipt> {
    const { name, bytes } = outgoingBytes(file)
    const upload: AppCall = { path: 'media/upload', query: { type: 'file' }, chatId: userId, effect: 'prepares', left }
    const answer = await sendUploaded(
      () => this.api.call({ ...upload, body: mediaForm(name, bytes) }),
      mediaId => this.message(userId, { msgtype: 'file', file: { media_id: mediaId } }, left),
    )
    return receipt(answer, userId)
  }

  /** A response code is good for one update. */
  private async update(userId: string, card: Card, replyTo: string | undefined, left: () => number): Promise<SendReceipt> {
    const handle = this.handles.find(replyTo, 'press', { robot: this.name, chatId: userId })
    if (handle?.taskId === undefined || replyTo === undefined) throw new AppError('CHAT_EXPIRED', { chatId: userId })
    const template_card = {
      ...updatedCard(card, handle.taskId),
      ...(card.buttons.length === 0 ? { replace_text: doneText } : {}),
    }
    const body = { userids: [userId], agentid: this.options.agentId, response_code: handle.reference, template_card }
    const answer = await this.api.call({ path: 'message/update_template_card', body, chatId: userId, effect: 'says', left })
    this.handles.forget(replyTo)
    return receipt(answer, userId)
  }
}

export function appRoad(options: AppRoadOptions): AppRoad {
  return new AppRoad(options)
}

/** One person: `@all` and lists joined by `|` would reach others. */
function personOf({ address, chatType }: RoadTarget): string {
  if (chatType === 'single' && /^[\w.@-]{1,64}$/.test(address) && !address.startsWith('@')) return address
  throw new AppError('CHAT_TARGET_DEAD', { code: 'NO_PERSON', chatId: address.slice(0, 64), reaction: 'switch-road' })
}

/** A message of the application rings its reader and nobody else. */
function mentionBody(userId: string, { text, userIds }: Extract<OutgoingMessage, { kind: 'mention' }>): object {
  if (!userIds.every(one => one.toLowerCase() === userId.toLowerCase())) throw notOnThisRoad('app', 'mention of others')
  return { msgtype: 'text', text: { content: fittedText(withoutTags(text), maxTextBytes) } }
}

/** Nobody got it although the call was taken: the person is unknown, out of sight, or has no licence (docs 90236, 94888). */
function receipt(answer: Fields, userId: string): SendReceipt {
  for (const name of ['invaliduser', 'unlicenseduser']) {
    const users = answer[name]
    if ((typeof users === 'string' || Array.isArray(users)) && users.length > 0) {
      throw new AppError('CHAT_TARGET_DEAD', { code: name.toUpperCase(), chatId: userId, reaction: 'switch-road' })
    }
  }
  const id = answer['msgid']
  const renewedAfter = answer[RENEWED_AFTER]
  return {
    ...(typeof id === 'string' && id !== '' && id.length <= 256 ? { externalId: id } : {}),
    ...(typeof renewedAfter === 'number' ? { renewedAfter } : {}),
  }
}
