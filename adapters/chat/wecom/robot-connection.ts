// One robot's long connection through WeCom's SDK, with what the SDK leaves open: a silent subscription, kicks, refusals, plain-object errors.
import { WSClient, type WsFrame } from '@wecom/aibot-node-sdk'
import { AppError } from '../../../core/errors.js'
import type { Logger } from '../../../core/ports/logger.js'
import { notSubscribed, refusal, wrongSecret } from './error-classes.js'

export interface Robot {
  readonly name: string
  readonly botId: string
  /** Of the long connection. */
  readonly secret: string
  /** Only when it differs from the common one. */
  readonly wsUrl?: string
  /** What members mention it by; without it the first @word of a group's message is taken for the mention. */
  readonly displayName?: string
}

/**
 * `lost`: comes back by itself. It stays down until connected again after `taken-over` (somebody else connected this robot),
 * `refused` (id or secret wrong) and `told` (disconnect was called).
 */
export type ConnectionChange =
  | { readonly robot: string; readonly state: 'up' }
  | { readonly robot: string; readonly state: 'down'; readonly reason: 'lost' | 'taken-over' | 'refused' | 'told' }

export interface ConnectionSettings {
  readonly wsUrl: string
  /** Milliseconds for the acknowledgement of one frame; the SDK itself gives up after 5000. */
  readonly ackTimeout: number
  /** First pause before connecting again; doubled up to 30 s. */
  readonly reconnectMilliseconds: number
  readonly subscribeMilliseconds: number
}

export interface ConnectionParts {
  readonly settings: ConnectionSettings
  readonly logger: Logger
  onCallback(frame: unknown): void
  onChange(change: ConnectionChange): void
}

/** A message has at most some 20 KB; ws would take 100 MB. */
const maxFrameBytes = 4 * 1024 * 1024
const handshakeMilliseconds = 10_000
/** After so many refusals in a row the secret is wrong and not the moment; asking on gets the address blocked. */
const maxRefusals = 5
// The SDK's lines hold whole frames, with what people wrote.
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

export class RobotConnection {
  private client: WSClient | undefined
  private subscribed = false
  private refusals = 0
  private watchdog: NodeJS.Timeout | undefined

  constructor(
    readonly robot: Robot,
    private readonly parts: ConnectionParts,
  ) {
    this.start()
  }

  get isUp(): boolean {
    return this.subscribed && this.client?.isConnected === true
  }

  /** It is up or on its way. */
  get isTrying(): boolean {
    return this.client !== undefined
  }

  /**
   * Has `call` send one frame and waits for the acknowledgement; returns its body.
   * @throws CHAT_UNREACHABLE (nothing was sent), CHAT_OUTCOME_UNKNOWN, and the class of WeCom's code
   */
  async command(chatId: string, call: (client: WSClient) => Promise<WsFrame>): Promise<Readonly<Record<string, unknown>>> {
    const { client } = this
    const robot = this.robot.name
    if (!client || !this.isUp) throw new AppError('CHAT_UNREACHABLE', { robot })
    let timer: NodeJS.Timeout | undefined
    try {
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error('no acknowledgement in time')), this.parts.settings.ackTimeout)
      })
      const answer: WsFrame<unknown> = await Promise.race([call(client), late])
      return typeof answer.body === 'object' && answer.body !== null ? (answer.body as Record<string, unknown>) : {}
    } catch (error) {
      // A refusal is the answering frame itself. Any Error came after the frame was handed to an open socket: it may have arrived.
      if (error instanceof Error) throw new AppError('CHAT_OUTCOME_UNKNOWN', { robot }, { cause: error })
      const { errcode, errmsg } = error as { errcode?: unknown; errmsg?: unknown }
      if (typeof errcode !== 'number') throw new AppError('CHAT_OUTCOME_UNKNOWN', { robot })
      if (errcode === notSubscribed && this.client === client) this.restart()
      throw refusal(errcode, errmsg, chatId)
    } finally {
      clearTimeout(timer)
    }
  }

  /** Ends at once; frames without an acknowledgement end as CHAT_OUTCOME_UNKNOWN. */
  close(): void {
    if (this.client) this.stop('told')
  }

  /** A new client each time: one that was told to disconnect and connect again trips over the late close of its old socket. */
  private start(): void {
    const { settings, logger } = this.parts
    const { name, botId, secret, wsUrl } = this.robot
    const client = new WSClient({
      botId,
      secret,
      wsUrl: wsUrl ?? settings.wsUrl,
      logger: silent,
      reconnectInterval: settings.reconnectMilliseconds,
      maxReconnectAttempts: -1,
      // Counted here: the SDK takes "too many calls" at subscription for a wrong secret and would give up for good.
      maxAuthFailureAttempts: -1,
      wsOptions: { handshakeTimeout: handshakeMilliseconds, maxPayload: maxFrameBytes },
    })
    this.client = client
    const current = (): boolean => this.client === client
    client.on('connected', () => current() && this.watch())
    client.on('authenticated', () => current() && this.up())
    let again = false
    client.on('reconnecting', () => (again = true))
    client.on('disconnected', () => {
      if (!current()) return
      again = false
      this.down()
      // The SDK takes even a mutilated disconnected_event for a goodbye; that must not leave a robot that looks as if it came back.
      setImmediate(() => !again && current() && this.stop('taken-over'))
    })
    client.on('message', frame => current() && this.parts.onCallback(frame))
    client.on('event', frame => {
      if (!current()) return
      const type: string | undefined = frame.body?.event?.eventtype
      if (type === 'disconnected_event') this.stop('taken-over')
      else this.parts.onCallback(frame)
    })
    client.on('error', error => current() && this.failed(error))
    logger.info({ robot: name }, 'connecting robot')
    client.connect()
  }

  /** The SDK waits for ever when the subscription is not answered. */
  private watch(): void {
    clearTimeout(this.watchdog)
    this.watchdog = setTimeout(() => {
      this.parts.logger.warn({ robot: this.robot.name }, 'subscription was not answered')
      this.restart()
    }, this.parts.settings.subscribeMilliseconds)
  }

  private up(): void {
    clearTimeout(this.watchdog)
    this.refusals = 0
    if (this.subscribed) return
    this.subscribed = true
    this.parts.onChange({ robot: this.robot.name, state: 'up' })
  }

  private down(): void {
    clearTimeout(this.watchdog)
    if (!this.subscribed) return
    this.subscribed = false
    this.parts.onChange({ robot: this.robot.name, state: 'down', reason: 'lost' })
  }

  private failed(error: Error): void {
    // The only place where the SDK hands the code of a refused subscription out is its sentence.
    const code = /^Authentication failed: .*\(code: (-?\d{1,12})\)$/s.exec(error.message.slice(0, 5000))?.[1]
    const reason = code ?? (error as NodeJS.ErrnoException).code ?? error.message.slice(0, 200)
    this.parts.logger.warn({ robot: this.robot.name, reason }, 'robot could not connect')
    if (Number(code) === wrongSecret && ++this.refusals >= maxRefusals) this.stop('refused')
  }

  /** What is told comes last: whoever hears it may close this connection. */
  private restart(): void {
    this.discard()
    this.start()
    this.down()
  }

  private stop(reason: 'taken-over' | 'refused' | 'told'): void {
    this.discard()
    this.subscribed = false
    this.parts.onChange({ robot: this.robot.name, state: 'down', reason })
  }

  private discard(): void {
    const { client } = this
    this.client = undefined
    clearTimeout(this.watchdog)
    client?.disconnect()
  }
}
