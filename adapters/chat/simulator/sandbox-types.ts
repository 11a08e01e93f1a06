// The words of the WeCom sandbox: what is declared, what a chat holds, which limits and faults there are; read by every file beside it and by the sandbox page.
import type { Clock, Instant } from '../../../core/ports/clock.js'
import type { Logger } from '../../../core/ports/logger.js'
import type { SandboxLimits } from './sandbox-limits.js'

export type { SandboxFaults } from './sandbox-faults.js'

export interface SandboxMember {
  readonly userid: string
  readonly name: string
  readonly role: string
}

/** Where encrypted callbacks go. WeCom knows one address per app or robot. */
export interface SandboxCallback {
  /** Loopback and private addresses only, unless the sandbox was told otherwise. */
  readonly url: string
  readonly token: string
  /** 43 characters. */
  readonly encodingAesKey: string
  /** Default: an app's corpId; empty for a robot. */
  readonly receiveId?: string
}

export interface SandboxRobot {
  readonly botId: string
  /** The long connection's secret. */
  readonly secret: string
  /** Display name, e.g. 管家; what members mention. */
  readonly name: string
  /** The robot is in HTTP callback mode: it hears by POST and cannot subscribe. */
  readonly callback?: SandboxCallback
}

/** A self-built application. Its chats are `single:<userid>:app:<agentId>`, so two apps of one sandbox never share an agentId. */
export interface SandboxApp {
  readonly corpId: string
  readonly agentId: number
  readonly secret: string
  readonly name: string
  /** Userids, or everybody the sandbox knows. */
  readonly visible: readonly string[] | 'all'
  /** Userids by department id and by tag id; only those in the visible range get anything. */
  readonly parties?: Readonly<Record<string, readonly string[]>>
  readonly tags?: Readonly<Record<string, readonly string[]>>
  /** Without it interactive cards are refused (43012) and what members say is heard by nobody. */
  readonly callback?: SandboxCallback
  /** Addresses that may call; absent: any. Others get 60020. */
  readonly trustedIps?: readonly string[]
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
  /** Stands on the greyed button after an update. */
  readonly replaceText?: string
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
  /** The sender took it back; nothing of it is left. */
  readonly recalled?: boolean
  /** Of a stream: no more text will follow. */
  readonly finished?: boolean
  readonly updatedAt?: Instant
}

export interface SandboxChange {
  readonly chatid: string
  readonly message: SandboxMessage
}

export interface SandboxOptions {
  readonly clock: Clock
  readonly logger: Logger
  /** JSON lines; messages, activation and used task ids survive a restart. Absent: memory only. */
  readonly journalFile?: string
  readonly limits?: Partial<SandboxLimits>
  /** Where the app mounts `handle`, for the addresses of files; default `/sandbox/wecom`. */
  readonly publicPath?: string
  /** Absolute address of the same place, e.g. `http://127.0.0.1:8080/sandbox/wecom`; without it callbacks to robots carry no response_url. */
  readonly publicUrl?: () => string | undefined
  /** Callbacks may go to any address, not only to loopback and private ones. */
  readonly callbacksAnywhere?: boolean
}

/** The largest frame WeCom's other end accepts here, in bytes; hand it to the WebSocket server as `maxPayload`. */
export const maxFrameBytes = 2 * 1024 * 1024
