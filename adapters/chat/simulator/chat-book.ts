// Every chat of the sandbox with its messages, who was activated where and which task ids are spent; robots, webhooks and members write through it.
import { randomBytes } from 'node:crypto'
import type { Clock } from '../../../core/ports/clock.js'
import { instant } from '../../../core/ports/clock.js'
import type { Logger } from '../../../core/ports/logger.js'
import type { Journal, JournalLine } from './journal.js'
import type { Draft } from './message-content.js'
import type { SandboxLimits } from './sandbox-limits.js'
import type { SandboxChange, SandboxMessage } from './sandbox-types.js'

interface KeptMessage {
  readonly message: SandboxMessage
  /** The robot that sent it: where presses on it go. */
  readonly botId?: string
}

export interface Sender {
  readonly from: string
  readonly fromName: string
  readonly botId?: string
}

const maxChats = 10_000
const maxTasksPerRobot = 200_000

export class ChatBook {
  private readonly chats = new Map<string, Map<string, KeptMessage>>()
  private readonly active = new Set<string>()
  private readonly tasks = new Map<string, Set<string>>()
  private readonly listeners = new Set<(change: SandboxChange) => void>()

  constructor(
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly limits: SandboxLimits,
    private readonly journal?: Journal,
  ) {
    journal?.load(line => this.restore(line))
    journal?.rewrite(this.lines())
  }

  /**
   * Adds a message at the end; the oldest gives way when the chat is full.
   * @param msgid given when one message stands in several chats
   */
  add(chat: string, draft: Draft, sender: Sender, msgid = freshMsgid()): SandboxMessage {
    const { botId, ...from } = sender
    const message: SandboxMessage = {
      msgid,
      at: instant(this.clock.now()),
      ...from,
      ...draft,
    }
    const kept = botId === undefined ? { message } : { message, botId }
    this.put(chat, kept)
    this.write({ line: 'message', chat, ...kept })
    this.tell(chat, message)
    return message
  }

  /**
   * Changes a message in place; nothing happens when it is no longer kept.
   * @param durable false for the middle of a stream, whose end will be written anyway
   */
  change(chat: string, msgid: string, change: Partial<SandboxMessage>, durable = true): SandboxMessage | undefined {
    const kept = this.chats.get(chat)?.get(msgid)
    if (!kept) return undefined
    const message: SandboxMessage = { ...kept.message, ...change, updatedAt: instant(this.clock.now()) }
    const next = { ...kept, message }
    this.put(chat, next)
    if (durable) this.write({ line: 'message', chat, ...next })
    this.tell(chat, message)
    return message
  }

  /** Leaves only the fact that there was a message. @returns false when it is no longer kept */
  recall(chat: string, msgid: string): boolean {
    const kept = this.chats.get(chat)?.get(msgid)
    if (!kept) return false
    const { at, from, fromName } = kept.message
    const text = '（消息已撤回）'
    const rest = { kind: 'text', text, buttons: [], files: [], mentions: [], recalled: true, updatedAt: instant(this.clock.now()) } as const
    const next = { ...kept, message: { msgid, at, from, fromName, ...rest } }
    this.put(chat, next)
    this.write({ line: 'message', chat, ...next })
    this.tell(chat, next.message)
    return true
  }

  find(chat: string, msgid: string): KeptMessage | undefined {
    return this.chats.get(chat)?.get(msgid)
  }

  /** Oldest first, after `after` when that is still kept. */
  list(chat: string, after?: string): SandboxMessage[] {
    const all = [...(this.chats.get(chat)?.values() ?? [])].map(kept => kept.message)
    const at = after === undefined ? -1 : all.findIndex(message => message.msgid === after)
    return all.slice(at + 1)
  }

  chatNames(): string[] {
    return [...this.chats.keys()]
  }

  isActive(chat: string, botId: string): boolean {
    return this.active.has(JSON.stringify([chat, botId]))
  }

  activate(chat: string, botId: string): void {
    if (this.isActive(chat, botId)) return
    this.active.add(JSON.stringify([chat, botId]))
    this.write({ line: 'active', chat, botId })
  }

  isTaskUsed(botId: string, taskId: string): boolean {
    return this.tasks.get(botId)?.has(taskId) ?? false
  }

  useTask(botId: string, taskId: string): void {
    this.keepTask(botId, taskId)
    this.write({ line: 'task', botId, taskId })
  }

  subscribe(listener: (change: SandboxChange) => void): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  private put(chat: string, kept: KeptMessage): void {
    let messages = this.chats.get(chat)
    if (!messages) {
      if (this.chats.size >= maxChats) dropOldest(this.chats)
      this.chats.set(chat, (messages = new Map<string, KeptMessage>()))
    }
    messages.set(kept.message.msgid, kept)
    if (messages.size > this.limits.messagesPerChat) dropOldest(messages)
  }

  private keepTask(botId: string, taskId: string): void {
    let used = this.tasks.get(botId)
    if (!used) this.tasks.set(botId, (used = new Set()))
    used.add(taskId)
    if (used.size > maxTasksPerRobot) dropOldest(used)
  }

  private restore(line: JournalLine): void {
    if (line.line === 'active') this.active.add(JSON.stringify([line.chat, line.botId]))
    else if (line.line === 'task') this.keepTask(line.botId, line.taskId)
    else this.put(line.chat, line.botId === undefined ? { message: line.message } : { message: line.message, botId: line.botId })
  }

  private *lines(): Generator<JournalLine> {
    for (const key of this.active) {
      const [chat, botId] = JSON.parse(key) as [string, string]
      yield { line: 'active', chat, botId }
    }
    for (const [botId, used] of this.tasks) for (const taskId of used) yield { line: 'task', botId, taskId }
    for (const [chat, messages] of this.chats) for (const kept of messages.values()) yield { line: 'message', chat, ...kept }
  }

  private write(line: JournalLine): void {
    this.journal?.append(line, () => this.lines())
  }

  private tell(chatid: string, message: SandboxMessage): void {
    for (const listener of [...this.listeners]) {
      try {
        listener({ chatid, message })
      } catch (error) {
        this.logger.error({ error, chatid }, 'a listener of the sandbox failed')
      }
    }
  }
}

export function freshMsgid(): string {
  return `CAIQ${randomBytes(24).toString('base64url')}`
}

/** Maps and sets remember the order in which keys came. */
function dropOldest(kept: Map<string, unknown> | Set<string>): void {
  const oldest = kept.keys().next()
  if (oldest.done !== true) kept.delete(oldest.value)
}
