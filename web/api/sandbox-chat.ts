// What the sandbox page needs from a WeCom sandbox; web/api/sandbox.ts serves it, the simulator's Sandbox fits it, app joins the two.

/** A template card as a person sees it. Optional parts are shown when the sandbox knows them. */
export interface SandboxCardView {
  readonly source?: string
  readonly title?: string
  readonly desc?: string
  readonly text?: string
  readonly emphasis?: { readonly title?: string; readonly desc?: string }
  readonly quote?: { readonly title?: string; readonly text?: string }
  readonly facts: readonly { readonly name: string; readonly value: string }[]
  readonly details?: readonly { readonly title: string; readonly desc?: string }[]
  /** `style` 1 blue, 2 grey-blue, 3 red, 4 grey, as in WeCom. */
  readonly buttons?: readonly { readonly key: string; readonly text: string; readonly style?: number }[]
  /** Entries of the corner menu, pressed like buttons. */
  readonly menu?: readonly { readonly key: string; readonly text: string }[]
  /** Links under the card, opened in a new window. */
  readonly links?: readonly { readonly title: string; readonly url?: string }[]
  /** The card took the place of one that was pressed. */
  readonly replaced?: string | boolean
  /** Stands on the greyed button after an update. */
  readonly replaceText?: string
}

export interface SandboxMessage {
  readonly msgid: string
  /** ISO 8601, UTC. */
  readonly at: string
  /** A member's userid, or the robot's display name. */
  readonly from: string
  readonly fromName?: string
  /** `text`, `markdown`, `markdown_v2`, `stream`, `card`, `file`, `mention`, …; an unknown kind is shown as text. */
  readonly kind: string
  /** Everything a person would read on it; Markdown as written. */
  readonly text: string
  readonly buttons: readonly { readonly key: string; readonly text: string }[]
  readonly files: readonly { readonly name: string; readonly url: string }[]
  /** Userids, `@all`, or a robot's id. */
  readonly mentions?: readonly string[]
  /** Text of the message this one quotes. */
  readonly quote?: string
  readonly updatedAt?: string
  readonly card?: SandboxCardView
  /** What single members see instead of `card`, by userid in lower case. */
  readonly views?: Readonly<Record<string, SandboxCardView>>
}

export interface SandboxPerson {
  readonly userid: string
  readonly name: string
  /** A role code such as `approver`. */
  readonly role: string
}

export interface SandboxChange {
  readonly chatid: string
  readonly message: SandboxMessage
}

export interface SandboxChat {
  groups(): readonly { readonly chatid: string; readonly name: string; readonly members: readonly SandboxPerson[] }[]
  /** Single chats (with a robot or an app) in which something was said. */
  singles(): readonly { readonly chatid: string; readonly name: string; readonly members: readonly SandboxPerson[] }[]
  /** Oldest first; after the message `after` when that is still kept, else all. A changed message is a new object. @throws NOT_FOUND */
  messages(chatid: string, after?: string): readonly SandboxMessage[]
  /** @throws NOT_FOUND (chat), REQUEST_INVALID (no member; text empty or too long) */
  say(chatid: string, userid: string, text: string): SandboxMessage
  /** A file or picture, alone with a robot. @throws NOT_FOUND (chat), REQUEST_INVALID (no member, a group, size) */
  sendFile(chatid: string, userid: string, name: string, bytes: Buffer): SandboxMessage
  /** The answer arrives as a change of the card. @throws NOT_FOUND (chat, message), REQUEST_INVALID (no member, no such button) */
  press(chatid: string, userid: string, msgid: string, key: string): void
  /** @throws NOT_FOUND, REQUEST_INVALID (not a member of both chats; not a card) */
  forward(fromChat: string, msgid: string, toChat: string, userid: string): void
  /** Undefined when unknown or no longer kept. */
  file(mediaId: string): { readonly name: string; readonly bytes: Buffer } | undefined
  /** Calls `listener` after every new or changed message until the returned function is called. */
  subscribe(listener: (change: SandboxChange) => void): () => void
}
