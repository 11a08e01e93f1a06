// What the bot says and hears, independent of WeCom; adapters/chat/wecom is the road, adapters/chat/simulator the other end of it.

export interface Conversation {
  /** Name of the robot row that sits in the conversation. */
  readonly robot: string
  /** Case-sensitive; for a single chat the userid. */
  readonly chatId: string
  readonly chatType: 'group' | 'single'
}

export interface CardButton {
  /** Unique within the card, at most 1024 bytes. */
  readonly key: string
  /** At most 10 characters are shown. */
  readonly text: string
  readonly style: 'primary' | 'danger' | 'plain'
}

/** A card with or without buttons. Lengths in brackets are what a phone shows before it cuts (WeCom doc 101032). */
export interface Card {
  /** `0-9A-Za-z_-@`, at most 128 bytes, never used for a second card. */
  readonly taskId: string
  /** Small line above the title (13 characters). */
  readonly source: string
  /** Title (26 characters). */
  readonly title: string
  /** Line below the title (30 characters). */
  readonly desc?: string
  /** Running text (112 characters). */
  readonly text?: string
  /** At most 6 (name 5 characters, value 26). */
  readonly facts: readonly { readonly name: string; readonly value: string }[]
  /** None, or 1 to 6. */
  readonly buttons: readonly CardButton[]
}

export interface OutgoingFile {
  readonly name: string
  /** Base64 of the bytes, 5 B to 20 MB. */
  readonly base64: string
}

export type OutgoingMessage =
  | { readonly kind: 'markdown'; readonly text: string }
  | { readonly kind: 'card'; readonly card: Card }
  | { readonly kind: 'file'; readonly file: OutgoingFile }
  /** A line that makes the phones of `userIds` ring; goes by the group's webhook because a robot's Markdown cannot mention. */
  | { readonly kind: 'mention'; readonly text: string; readonly userIds: readonly string[] }
  /** Replaces the pressed card; only as an answer to the press `replyTo`, within five seconds. */
  | { readonly kind: 'card-update'; readonly card: Card }

export interface SendOptions {
  /** Handle of the message or press this answers, as it came in; a push is used when the handle is gone. */
  readonly replyTo?: string
  /** The group's webhook address, for `mention`. */
  readonly webhook?: string
  /** The same for every try of one delivery, so that a repeat can be recognised where the road can. */
  readonly idempotencyKey?: string
  /** Priority, for roads that read it aloud. */
  readonly level?: string
}

export interface SendReceipt {
  /** WeCom's own id of the message where it gives one. */
  readonly externalId?: string
  /** The service refused it at first with this code of its own, for a token that was void, and took it with a new one. */
  readonly renewedAfter?: number
}

export interface Chat {
  /**
   * Sends one message and resolves when the service has acknowledged it.
   * @throws CHAT_UNREACHABLE (not connected; nothing was sent), CHAT_OUTCOME_UNKNOWN (no acknowledgement: it may have arrived),
   *         CHAT_BUSY (rate limit; facts: `retryAfterSeconds`), CHAT_TARGET_DEAD (robot removed, wrong chat id), CHAT_REFUSED (anything else)
   */
  send(to: Conversation, message: OutgoingMessage, options?: SendOptions): Promise<SendReceipt>
}

export interface IncomingMessage {
  readonly robot: string
  /** WeCom's msgid: the key for recognising repeats. */
  readonly messageId: string
  readonly chatId: string
  readonly chatType: 'group' | 'single'
  readonly userId: string
  /** The text without the leading mention of the robot. */
  readonly text: string
  /** Text of the quoted message, if any. */
  readonly quote?: string
  readonly replyTo: string
  /** A file or picture came instead of text. */
  readonly file?: IncomingFile
}

export interface IncomingFile {
  readonly kind: 'file' | 'image'
  /**
   * Fetches and decrypts it, once, within minutes of its coming; absent after a restart, as its address is not kept.
   * @throws FILE_REFUSED (more than `maxBytes`, not to be deciphered), CHAT_UNREACHABLE
   */
  readonly fetch?: (maxBytes: number) => Promise<{ readonly name: string; readonly bytes: Buffer }>
}

export interface IncomingPress {
  readonly robot: string
  readonly messageId: string
  readonly chatId: string
  readonly chatType: 'group' | 'single'
  readonly userId: string
  readonly taskId: string
  readonly key: string
  readonly replyTo: string
}

export interface ChatListener {
  onMessage(message: IncomingMessage): Promise<void>
  onPress(press: IncomingPress): Promise<void>
  /** The robot was opened in a single chat for the first time that day, or entered a group. */
  onEntered?(robot: string, userId: string): Promise<void>
}
