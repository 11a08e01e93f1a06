// The chat port on WeCom's smart robots: one long connection per robot, and the group's webhook for mentions; made and told what to connect by app/compose.
import { AppError, isAppError } from '../../../core/errors.js'
import type { SendMsgBody } from '@wecom/aibot-node-sdk'
import type { Card, Chat, ChatListener, Conversation, OutgoingMessage, SendOptions, SendReceipt } from '../../../core/ports/chat.js'
import type { Clock } from '../../../core/ports/clock.js'
import type { Logger } from '../../../core/ports/logger.js'
import { fittedText } from './fitted-text.js'
import { sendMention } from './group-webhook.js'
import { readCallback } from './read-callback.js'
import { ReplyHandles } from './reply-handles.js'
import { type ConnectionChange, type ConnectionSettings, type Robot, RobotConnection } from './robot-connection.js'
import { templateCard, updatedCard } from './template-card.js'
import { uploadFile } from './upload-file.js'

export interface WecomChatOptions {
  readonly logger: Logger
  readonly clock: Clock
  readonly listener: ChatListener
  /** Default: WeCom's own. */
  readonly wsUrl?: string
  /** Milliseconds, at most 5000 (the SDK's own limit), which is the default. */
  readonly ackTimeout?: number
  /** First pause before a lost connection is tried again, default 1000 ms. */
  readonly reconnectMilliseconds?: number
  /** How long a subscription may stay unanswered, default 10 s. */
  readonly subscribeMilliseconds?: number
  /** Where a tap on a card without buttons leads; WeCom wants an address there. */
  readonly cardUrl?: string
  readonly onConnectionChange?: (change: ConnectionChange) => void
}

/** What the SDK itself waits for an acknowledgement, in milliseconds; not to be changed from outside. */
const sdkTimeout = 5_000
/** Doc 101463. */
const maxMarkdownBytes = 20_480
/** Calls of the listener that have not ended; a flood beyond that is dropped rather than kept in memory. */
const maxBeingHandled = 2_000

export class WecomChat implements Chat {
  private readonly connections = new Map<string, RobotConnection>()
  private readonly handles: ReplyHandles
  private readonly settings: ConnectionSettings
  private readonly cardUrl: string
  private beingHandled = 0

  constructor(private readonly options: WecomChatOptions) {
    this.handles = new ReplyHandles(options.clock)
    this.cardUrl = options.cardUrl ?? 'https://work.weixin.qq.com/'
    this.settings = {
      wsUrl: options.wsUrl ?? 'wss://openws.work.weixin.qq.com',
      ackTimeout: Math.min(options.ackTimeout ?? sdkTimeout, sdkTimeout),
      reconnectMilliseconds: options.reconnectMilliseconds ?? 1_000,
      subscribeMilliseconds: options.subscribeMilliseconds ?? 10_000,
    }
  }

  /**
   * Starts to connect and returns; `onConnectionChange` says when it is up. Nothing happens when the same robot is up or on its way.
   * Only for a robot whose lease this process holds: a second connection kicks the first.
   * @throws CONFIGURATION_INVALID when the address is none
   */
  connect(robot: Robot): void {
    const existing = this.connections.get(robot.name)
    if (existing?.isTrying && isSame(existing.robot, robot)) return
    checkAddress(robot, robot.wsUrl ?? this.settings.wsUrl)
    existing?.close()
    const connection = new RobotConnection(robot, {
      settings: this.settings,
      logger: this.options.logger,
      onCallback: frame => this.hear(robot, frame),
      onChange: change => this.changed(change),
    })
    this.connections.set(robot.name, connection)
  }

  /** Ends the robot's connection at once; nothing happens when there is none. */
  disconnect(name: string): void {
    const connection = this.connections.get(name)
    this.connections.delete(name)
    connection?.close()
  }

  isConnected(name: string): boolean {
    return this.connections.get(name)?.isUp === true
  }

  close(): void {
    for (const name of [...this.connections.keys()]) this.disconnect(name)
  }

  async send(to: Conversation, message: OutgoingMessage, options: SendOptions = {}): Promise<SendReceipt> {
    switch (message.kind) {
      case 'mention':
        await sendMention({ webhook: options.webhook, text: message.text, userIds: message.userIds, chatId: to.chatId })
        return {}
      case 'card-update':
        return this.update(to, message.card, options.replyTo)
      case 'markdown':
        return this.say(to, markdownBody(message.text), options.replyTo)
      case 'card':
        return this.say(to, { msgtype: 'template_card', template_card: templateCard(message.card, this.cardUrl) }, options.replyTo)
      case 'file': {
        const mediaId = await uploadFile(this.connectionOf(to), to.chatId, message.file)
        return this.say(to, { msgtype: 'file', file: { media_id: mediaId } }, options.replyTo)
      }
    }
  }

  /** Pushes a file that does not exist, which is never shown. @throws always: whatever the refusal is classed as, or CHAT_UNREACHABLE */
  async probe(to: Conversation): Promise<void> {
    const body = { msgtype: 'file', file: { media_id: 'guanjia-reach-probe' }, chat_type: 2 } as SendMsgBody
    await this.connectionOf(to).command(to.chatId, client => client.sendMessage(to.chatId, body))
  }

  /** As an answer where that is possible, else as a push. */
  private async say(to: Conversation, body: SendMsgBody, replyTo: string | undefined): Promise<SendReceipt> {
    const connection = this.connectionOf(to)
    const handle = this.handles.find(replyTo, 'message', to)
    if (handle) {
      try {
        return receipt(await connection.command(to.chatId, client => client.reply({ headers: { req_id: handle.reference } }, body)))
      } catch (error) {
        // WeCom has forgotten the request and said nothing; the push is another frame.
        if (!isAppError(error, 'CHAT_EXPIRED')) throw error
      }
    }
    // Without the type a chatid is looked for among groups first, which would let a group catch what is meant for a person.
    const typed = { ...body, chat_type: to.chatType === 'group' ? 2 : 1 }
    return receipt(await connection.command(to.chatId, client => client.sendMessage(to.chatId, typed)))
  }

  private async update(to: Conversation, card: Card, replyTo: string | undefined): Promise<SendReceipt> {
    const handle = this.handles.find(replyTo, 'press', to)
    if (handle?.taskId === undefined) throw new AppError('CHAT_EXPIRED', { chatId: to.chatId })
    const connection = this.connectionOf(to)
    const updated = updatedCard(card, handle.taskId)
    return receipt(
      await connection.command(to.chatId, client => client.updateTemplateCard({ headers: { req_id: handle.reference } }, updated)),
    )
  }

  private connectionOf(to: Conversation): RobotConnection {
    const connection = this.connections.get(to.robot)
    if (!connection) throw new AppError('CHAT_UNREACHABLE', { robot: to.robot })
    return connection
  }

  /** Starts what has to be done and returns, so that the next frame is heard; it never throws. */
  private hear(robot: Robot, frame: unknown): void {
    const { logger, listener } = this.options
    const callback = readCallback(frame, robot.displayName)
    switch (callback.kind) {
      case 'message': {
        const { reqId, message } = callback
        const replyTo = this.handles.keep({ kind: 'message', robot: robot.name, chatId: message.chatId, reference: reqId })
        void this.tell(robot, () => listener.onMessage({ ...message, robot: robot.name, replyTo }))
        return
      }
      case 'press': {
        const { reqId, press } = callback
        const replyTo = this.handles.keep({
          kind: 'press',
          robot: robot.name,
          chatId: press.chatId,
          reference: reqId,
          taskId: press.taskId,
        })
        void this.tell(robot, () => listener.onPress({ ...press, robot: robot.name, replyTo }))
        return
      }
      case 'entered':
        void this.tell(robot, async () => listener.onEntered?.(robot.name, callback.userId))
        return
      case 'skipped':
        logger.info({ robot: robot.name, why: callback.why }, 'frame from WeCom was left aside')
    }
  }

  private async tell(robot: Robot, call: () => Promise<void>): Promise<void> {
    if (this.beingHandled >= maxBeingHandled) {
      this.options.logger.error({ robot: robot.name, beingHandled: this.beingHandled }, 'too much at once, a message was dropped')
      return
    }
    this.beingHandled++
    try {
      await call()
    } catch (error) {
      this.options.logger.error({ error, robot: robot.name }, 'what came from WeCom could not be handled')
    } finally {
      this.beingHandled--
    }
  }

  private changed(change: ConnectionChange): void {
    const { logger, onConnectionChange } = this.options
    if (change.state === 'up' || change.reason === 'told') logger.info(change, 'connection of robot changed')
    else logger.warn(change, 'connection of robot changed')
    try {
      onConnectionChange?.(change)
    } catch (error) {
      logger.error({ error, robot: change.robot }, 'a change of connection could not be handled')
    }
  }
}

export function makeWecomChat(options: WecomChatOptions): WecomChat {
  return new WecomChat(options)
}

function markdownBody(text: string): SendMsgBody {
  return { msgtype: 'markdown', markdown: { content: fittedText(text, maxMarkdownBytes) } }
}

/** The acknowledgements that were seen name no message; should one do so, it is kept. */
function receipt(body: Readonly<Record<string, unknown>>): SendReceipt {
  const id = body['msgid']
  return typeof id === 'string' && id !== '' && id.length <= 256 ? { externalId: id } : {}
}

function isSame(a: Robot, b: Robot): boolean {
  return a.botId === b.botId && a.secret === b.secret && a.wsUrl === b.wsUrl && a.displayName === b.displayName
}

/** The SDK would try an impossible address for ever. */
function checkAddress(robot: Robot, address: string): void {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url || !['ws:', 'wss:'].includes(url.protocol) || url.hash !== '') {
    throw new AppError('CONFIGURATION_INVALID', { problems: `机器人 ${robot.name} 的长连接地址要以 ws:// 或 wss:// 开头` })
  }
}
