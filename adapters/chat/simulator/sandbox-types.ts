// The words of the WeCom sandbox: what is declared, what a chat holds, which limits and faults there are; read by every file beside it and by the sandbox page.
import type { Clock, Instant } from '../../../core/ports/clock.js'
import type { Logger } from '../../../core/ports/logger.js'

export interface SandboxMember {
  readonly userid: string
  readonly name: string
  readonly role: string
}

export interface SandboxRobot {
  readonly botId: string
  /** The long connection's secret. */
  readonly secret: string
  /** Display name, e.g. 管家; what members mention. */
  readonly name: string
}

export interface SandboxGroup {
  /** Case-sensitive. */
  readonly chatid: string
  readonly name: string
  readonly members: readonly SandboxMember[]
  /** Robots that sit in the group, with the name they bear there. */
  readonly robots: readonly { readonly botId: string; readonly name: string }[]
  /** `key` parameters of the group's webhook addresses. */
  readonly webhookKeys: readonly string[]
  /** A person has mentioned the robot here, or onboarding declared it done; without it pushes are refused. */
  readonly activated: boolean
}

export interface SandboxButton {
  readonly key: string
  readonly text: string
  /** 1 to 4 as in WeCom: 1 blue, 2 grey-blue, 3 red, 4 grey. */
  readonly style?: number
}

export interface SandboxQuestion {
  readonly key: string
  readonly title?: string
  readonly multiple: boolean
  readonly options: readonly { readonly id: string; readonly text: string }[]
}

/** A template card as a person sees it; only what its type shows. */
export interface SandboxCard {
  readonly type: string
  readonly taskId?: string
  readonly source?: string
  readonly title?: string
  readonly desc?: string
  readonly emphasis?: { readonly title?: string; readonly desc?: string }
  readonly text?: string
  readonly quote?: { readonly title?: string; readonly text?: string; readonly url?: string }
  readonly facts: readonly { readonly name: string; readonly value: string; readonly url?: string }[]
  readonly details: readonly { readonly title: string; readonly desc?: string }[]
  readonly links: readonly { readonly title: string; readonly url?: string }[]
  readonly image?: string
  /** Where a press on the card itself leads. */
  readonly url?: string
  readonly questions: readonly SandboxQuestion[]
  readonly buttons: readonly SandboxButton[]
  /** Entries of the menu in the card's corner; pressed like buttons. */
  readonly menu: readonly SandboxButton[]
  /** The card came as an update of the one that was pressed. */
  readonly replaced: boolean
}

export type SandboxMessageKind = 'text' | 'markdown' | 'markdown_v2' | 'stream' | 'card' | 'image' | 'file' | 'voice' | 'video' | 'news'

export interface SandboxMessage {
  readonly msgid: string
  readonly at: Instant
  /** A member's userid, or a robot's display name. */
  readonly from: string
  readonly fromName: string
  readonly kind: SandboxMessageKind
  /** Everything a person would read on it, one line per part; Markdown as written. */
  readonly text: string
  readonly buttons: readonly { readonly key: string; readonly text: string }[]
  readonly files: readonly { readonly name: string; readonly url: string }[]
  readonly card?: SandboxCard
  /** What single members see instead of `card`, by userid in lower case, after an update meant for them only. */
  readonly views?: Readonly<Record<string, SandboxCard>>
  /** Userids that are mentioned, `@all`, or a robot's botId. */
  readonly mentions: readonly string[]
  /** Text of the message this one quotes. */
  readonly quote?: string
  /** Of a stream: no more text will follow. */
  readonly finished?: boolean
  readonly updatedAt?: Instant
}

export interface SandboxChange {
  readonly chatid: string
  readonly message: SandboxMessage
}

export interface SandboxLimits {
  /** Replies and pushes of one robot in one conversation. */
  readonly perMinute: number
  readonly perHour: number
  /** Calls of one webhook key. */
  readonly webhookPerMinute: number
  readonly uploadsPerMinute: number
  readonly uploadsPerHour: number
  /** From a stream's first frame to its last. */
  readonly streamWindowMilliseconds: number
  /** How long a message may be answered. */
  readonly replyWindowMilliseconds: number
  /** How long a press or an opening may be answered. */
  readonly eventWindowMilliseconds: number
  readonly messagesPerChat: number
  readonly mediaBytes: number
}

export const defaultLimits: SandboxLimits = {
  perMinute: 30,
  perHour: 1000,
  webhookPerMinute: 20,
  uploadsPerMinute: 30,
  uploadsPerHour: 1000,
  streamWindowMilliseconds: 6 * 60_000,
  replyWindowMilliseconds: 24 * 3_600_000,
  eventWindowMilliseconds: 5_000,
  messagesPerChat: 2_000,
  mediaBytes: 64 * 1024 * 1024,
}

/** What the sandbox does wrong on purpose. Numbers count down as faults happen; 0 and false are health. */
export interface SandboxFaults {
  /** Frames that are carried out but never acknowledged. */
  readonly swallowAcks: number
  /** Frames that are carried out and acknowledged late. */
  readonly delayAcks: { readonly times: number; readonly milliseconds: number }
  /** Frames that are carried out and then answered by a broken connection. */
  readonly dropConnection: number
  /** Frames that are not carried out and get this code. */
  readonly answer: { readonly times: number; readonly errcode: number }
  /** The four faults above strike only this command; empty: every command but subscribe and ping. */
  readonly command: string
  /** Message callbacks that are sent twice with one msgid. */
  readonly duplicateMessages: number
  readonly refuseSubscribes: number
  readonly ignorePings: boolean
  /** Webhook calls that get this code and do nothing. */
  readonly webhookAnswer: { readonly times: number; readonly errcode: number }
  /** Webhook calls that get this HTTP status with a body that is not JSON, and do nothing. */
  readonly webhookStatus: { readonly times: number; readonly status: number }
}

export interface SandboxOptions {
  readonly clock: Clock
  readonly logger: Logger
  /** JSON lines; messages, activation and used task ids survive a restart. Absent: memory only. */
  readonly journalFile?: string
  readonly limits?: Partial<SandboxLimits>
  /** Where the app mounts `handle`, for the addresses of files; default `/sandbox/wecom`. */
  readonly publicPath?: string
}

/** The largest frame WeCom's other end accepts here, in bytes; hand it to the WebSocket server as `maxPayload`. */
export const maxFrameBytes = 2 * 1024 * 1024
