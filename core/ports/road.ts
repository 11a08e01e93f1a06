// A way to a person or a group: robot, group webhook, app message, mail, signed hook. core/delivery picks one; adapters declare what theirs can do.
import type { OutgoingMessage, SendOptions, SendReceipt } from './chat.js'

export const roadIds = ['robot', 'webhook', 'app', 'mail', 'hook'] as const
export type RoadId = (typeof roadIds)[number]

/** Senders that are no robots; what is heard from one is answered on its road. */
export const APP_SENDER = 'app'
export const MAIL_SENDER = 'mail'
export const HOOK_SENDER = 'hook'

export function roadOf(sender: string): RoadId {
  return sender === APP_SENDER ? 'app' : sender === MAIL_SENDER ? 'mail' : 'robot'
}

export interface RoadCapabilities {
  /** Makes the phones of named people ring. */
  readonly mention: boolean
  /** Buttons whose press comes back to us. */
  readonly buttons: boolean
  /** A pressed card can be replaced. */
  readonly update: boolean
  readonly files: boolean
  readonly markdown: boolean
  /** Longest text in bytes of UTF-8; what is longer is shortened by core/delivery and attached or linked. */
  readonly maxBytes: number
  /** Messages to one target within a minute and an hour, as the service documents them; undefined where it says nothing. */
  readonly perMinute: number | undefined
  readonly perHour: number | undefined
}

export interface RoadTarget {
  /** robot: chatid or userid; webhook: the full address, a secret; app: userid; mail: address; hook: the full address. */
  readonly address: string
  /** robot: name of the robot's row; app: name of the application. */
  readonly sender: string
  readonly chatType: 'group' | 'single'
}

export interface Road {
  readonly id: RoadId
  readonly can: RoadCapabilities
  /**
   * Sends one message and resolves when the service has acknowledged it. What the road cannot do (buttons by mail, say) is left out of the
   * message by the caller, who knows `can`; a road given it nevertheless throws CHAT_REFUSED.
   * @throws CHAT_UNREACHABLE (nothing was sent), CHAT_OUTCOME_UNKNOWN (it may have arrived), CHAT_BUSY (facts: `retryAfterSeconds`),
   *         CHAT_TARGET_DEAD (this target cannot be reached by this road), CHAT_REFUSED (anything else; facts: `code`), CHAT_EXPIRED
   */
  send(target: RoadTarget, message: OutgoingMessage, options?: SendOptions): Promise<SendReceipt>
}
