// How a thing said unasked is declared: one file per kind in this folder, one line in index.ts.
import type { Priority } from '../../core/tickets/ticket.js'
import type { Lane } from '../../core/delivery/delivery.js'
import type { OutgoingMessage } from '../../core/ports/chat.js'
import type { Tables } from '../../core/ports/transaction.js'

export interface Said {
  /** `people`: each of `userIds` by themselves and nobody else, for what a group must not read. */
  readonly to: 'butler' | 'ops' | 'expert' | 'war' | 'people'
  readonly userIds?: readonly string[]
  /** Of several groups only this one. */
  readonly chatId?: string
  /** Rung by the gateway for calls, where there is one. */
  readonly call?: string
  readonly message: OutgoingMessage
  /** Number the message is about. */
  readonly subject: string
  /** What each button of the card stands for, as it would be typed. */
  readonly commands?: Readonly<Record<string, string>>
  /** After this the buttons are refused. */
  readonly expiresAt?: string
  readonly lane?: Lane
  /** Priority of what it is about, for the group's budget; absent for what belongs to a running case and always leaves. */
  readonly level?: Priority
  /** Event type, for preferences. */
  readonly topic?: string
  /** Userids who also get the card as a message of their own, where there is an application for that. */
  readonly personally?: readonly string[]
  /** A line by webhook that makes phones ring. */
  readonly mention?: { readonly text: string; readonly userIds: readonly string[] }
}

export interface PushContext {
  /** Also writes: a first report notes that it was made. */
  readonly tx: Tables & { readonly at: string }
  readonly tenantId: string
  readonly refs: Readonly<Record<string, string>>
}

export interface Push {
  /** Name of the file and of the announcement. */
  readonly kind: string
  say(context: PushContext): Promise<readonly Said[]>
}

export function definePush(push: Push): Push {
  return push
}
