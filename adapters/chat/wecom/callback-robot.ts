// The road of robots in HTTP-callback mode (docs 101031, 101138): they answer what they are told and cannot begin to speak; composed by app.
import { AppError, isAppError } from '../../../core/errors.js'
import type { Card, ChatListener, OutgoingMessage, SendOptions, SendReceipt } from '../../../core/ports/chat.js'
import type { Clock } from '../../../core/ports/clock.js'
import type { Logger } from '../../../core/ports/logger.js'
import type { Road, RoadCapabilities, RoadTarget } from '../../../core/ports/road.js'
import { apiBaseUrl } from './api-base.js'
import { callWecom } from './call-wecom.js'
import { fittedText } from './fitted-text.js'
import { notOnThisRoad } from './not-on-this-road.js'
import { readHttpCallback } from './read-callback.js'
import { ReplyHandles } from './reply-handles.js'
import { templateCard, updatedCard } from './template-card.js'

export interface CallbackRobotOptions {
  /** WECOM_API_BASE: answers are posted to addresses WeCom hands out, and to no other service. */
  readonly apiBase: string
  readonly logger: Logger
  readonly clock: Clock
  /** What members mention the robots by. */
  readonly displayName?: string
  /** Where a tap on a card without buttons leads; WeCom wants an address there. */
  readonly cardUrl?: string
  readonly timeoutMilliseconds?: number
  /** How long the answer to a press is held back for an update of its card, default 4 s of the 5 s WeCom waits. */
  readonly updateMilliseconds?: number
}

/** Doc 101138; files need an upload, which this mode has not. Frequency as for robots in general (doc 101463). */
const can: RoadCapabilities = {
  mention: false,
  buttons: true,
  update: true,
  files: false,
  markdown: true,
  maxBytes: 20_480,
  perMinute: 30,
  perHour: 1000,
}
const hour = 3_600_000

export class CallbackRobot implements Road {
  readonly id = 'robot'
  readonly can = can
  private readonly handles: ReplyHandles
  private readonly origin: string
  /** Presses whose callback is still open, by handle: what is handed in there is the answer. */
  private readonly open = new Map<string, (update: object) => void>()

  /** @throws CONFIGURATION_INVALID when the base is no address */
  constructor(private readonly options: CallbackRobotOptions) {
    this.handles = new ReplyHandles(options.clock, { message: hour, press: hour })
    this.origin = apiBaseUrl(options.apiBase).origin
  }

  /** @throws CHAT_TARGET_DEAD (`reason`) whenever there is nothing to answer: another road has to be taken */
  async send(target: RoadTarget, message: OutgoingMessage, options: SendOptions = {}): Promise<SendReceipt> {
    if (message.kind === 'mention' || message.kind === 'file') throw notOnThisRoad('robot', message.kind)
    if (message.kind === 'card-update') return this.update(target, message.card, options.replyTo)
    const { cardUrl = 'https://work.weixin.qq.com/' } = this.options
    const body =
      message.kind === 'markdown'
        ? { msgtype: 'markdown', markdown: { content: fittedText(message.text, can.maxBytes) } }
        : { msgtype: 'template_card', template_card: templateCard(message.card, cardUrl) }
    return this.answer(target, body, options.replyTo)
  }

  /**
   * Takes what a robot's callback brought, decrypted. Of a message it resolves when the listener is done; of a press when its card is updated,
   * at the latest after `updateMilliseconds`.
   * @param robot name of the robot's row
   * @param aesKey its EncodingAESKey, which opens files it is sent
   * @returns the passive reply, to be encrypted; undefined for an empty answer
   */
  async hear(robot: string, text: string, listener: ChatListener, aesKey?: string): Promise<string | undefined> {
    const heard = readHttpCallback(text, this.options.displayName, aesKey)
    switch (heard.kind) {
      case 'message': {
        const { message, responseUrl: reference = '' } = heard
        const replyTo = this.handles.keep({ kind: 'message', robot, chatId: message.chatId, reference })
        await listener.onMessage({ ...message, robot, replyTo })
        return undefined
      }
      case 'press': {
        const { press, responseUrl: reference = '' } = heard
        const { chatId, taskId } = press
        const replyTo = this.handles.keep({ kind: 'press', robot, chatId, reference, taskId })
        return this.whileOpen(replyTo, () => listener.onPress({ ...press, robot, replyTo }))
      }
      case 'entered':
        await listener.onEntered?.(robot, heard.userId)
        return undefined
      case 'skipped':
        this.options.logger.info({ robot, why: heard.why }, 'callback from WeCom was left aside')
        return undefined
    }
  }

  /** A press can be answered with a new card only as the answer to its own callback; nothing reaches that card later. */
  private async whileOpen(name: string, tell: () => Promise<void>): Promise<string | undefined> {
    const { promise, resolve, reject } = openPromise<string | undefined>()
    const timer = setTimeout(() => resolve(undefined), this.options.updateMilliseconds ?? 4_000)
    this.open.set(name, update => resolve(JSON.stringify(update)))
    try {
      tell().catch((error: unknown) => {
        this.options.logger.warn({ error }, 'a press could not be handled')
        reject(error)
      })
      return await promise
    } finally {
      clearTimeout(timer)
      this.open.delete(name)
    }
  }

  private async update(target: RoadTarget, card: Card, replyTo: string | undefined): Promise<SendReceipt> {
    const handle = this.handles.find(replyTo, 'press', { robot: target.sender, chatId: target.address })
    const take = replyTo === undefined ? undefined : this.open.get(replyTo)
    if (handle?.taskId === undefined || replyTo === undefined || !take) throw new AppError('CHAT_EXPIRED', { chatId: target.address })
    const update = { response_type: 'update_template_card', template_card: updatedCard(card, handle.taskId) }
    this.open.delete(replyTo)
    take(update)
    return {}
  }

  private async answer(target: RoadTarget, body: object, replyTo: string | undefined): Promise<SendReceipt> {
    const to = { robot: target.sender, chatId: target.address }
    const handle = this.handles.find(replyTo, 'message', to) ?? this.handles.find(replyTo, 'press', to)
    if (!handle || replyTo === undefined) throw cannotPush(target, 'NOTHING_TO_ANSWER')
    const url = this.responseUrl(handle.reference)
    if (!url) throw cannotPush(target, 'NO_RESPONSE_URL')
    // Good for one answer: whoever comes meanwhile must not spend it a second time.
    this.handles.forget(replyTo)
    try {
      await callWecom({
        url,
        body,
        chatId: target.address,
        effect: 'says',
        timeoutMilliseconds: this.options.timeoutMilliseconds ?? 10_000,
      })
      return {}
    } catch (error) {
      const unspent = isAppError(error, 'CHAT_UNREACHABLE') || isAppError(error, 'CHAT_BUSY')
      if (unspent) this.handles.restore(replyTo, handle)
      throw error
    }
  }

  /** A callback is genuine, yet what leaves goes to the service it came from. */
  private responseUrl(reference: string): URL | undefined {
    const url = URL.canParse(reference) ? new URL(reference) : undefined
    return url?.origin === this.origin && url.username === '' && url.password === '' ? url : undefined
  }
}

export function callbackRobot(options: CallbackRobotOptions): CallbackRobot {
  return new CallbackRobot(options)
}

function cannotPush({ address }: RoadTarget, reason: string): AppError {
  return new AppError('CHAT_TARGET_DEAD', { code: 'CALLBACK_MODE', reason, chatId: address, reaction: 'switch-road' })
}

function openPromise<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (reason: unknown) => void } {
  let resolve: (value: T) => void = () => undefined
  let reject: (reason: unknown) => void = () => undefined
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}
