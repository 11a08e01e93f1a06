// Understands the decrypted XML an application is called back with (docs 90239, 90240); pure, called by AppRoad for everything it hears.
import { createHash } from 'node:crypto'
import { XMLParser } from 'fast-xml-parser'
import * as z from 'zod'
import type { IncomingMessage, IncomingPress } from '../../../core/ports/chat.js'
import { clippedText } from './clipped-text.js'

export type AppCallback =
  | { readonly kind: 'message'; readonly message: Omit<IncomingMessage, 'robot' | 'replyTo'> }
  /** `responseCode` is good for one update of the card within 72 hours. */
  | { readonly kind: 'press'; readonly responseCode: string | undefined; readonly press: Omit<IncomingPress, 'robot' | 'replyTo'> }
  | { readonly kind: 'entered'; readonly userId: string }
  /** Nothing for the listener; `why` is a constant for the log. */
  | { readonly kind: 'skipped'; readonly why: string }

const parser = new XMLParser({ parseTagValue: false, parseAttributeValue: false, ignoreAttributes: true, ignoreDeclaration: true })

// Only the fields that are used; an element that comes twice is a list and no text, so it is refused.
const Id = z.string().min(1).max(64)
const Common = z.object({
  ToUserName: z.string().max(128),
  FromUserName: Id,
  CreateTime: z.string().regex(/^\d{1,12}$/),
  MsgType: z.string().max(64),
  AgentID: z.string().max(32).optional(),
})
const Message = z.object({ MsgId: Id, Content: z.string().optional(), Recognition: z.string().optional() })
const Press = z.object({
  EventKey: z.string().min(1).max(1024),
  TaskId: z.string().min(1).max(128),
  ResponseCode: z.string().min(1).max(1024).optional().catch(undefined),
})

/** What a person can be answered on; the text is empty for most, so that the bot can say it reads text only. */
const answerable = new Set(['text', 'voice', 'image', 'video', 'shortvideo', 'file', 'location', 'link'])

/** @param app whose callbacks these must be: one address may serve several applications of several corps */
export function readAppCallback(xml: string, app: { readonly corpId: string; readonly agentId: number }): AppCallback {
  const fields = fieldsOf(xml)
  const read = Common.safeParse(fields)
  if (!read.success) return skipped('callback without the fields it must have')
  const { ToUserName, FromUserName: userId, CreateTime, MsgType, AgentID } = read.data
  if (ToUserName !== app.corpId) return skipped('callback of another corp')
  if (AgentID !== undefined && AgentID !== String(app.agentId)) return skipped('callback of another application')
  const origin = { chatId: userId, chatType: 'single' as const, userId }
  if (MsgType !== 'event') return readMessage(fields, MsgType, origin)
  const event = fields['Event']
  if (event === 'enter_agent') return { kind: 'entered', userId }
  if (event !== 'template_card_event') return skipped('event of a kind not used here')
  const press = Press.safeParse(fields)
  if (!press.success) return skipped('press without task id or key')
  const { EventKey: key, TaskId: taskId, ResponseCode: responseCode } = press.data
  // Events bear no id of their own: repeats are told by who, when and what (doc 90238).
  const messageId = createHash('sha256')
    .update(JSON.stringify([userId, CreateTime, event, taskId, key]))
    .digest('hex')
  return { kind: 'press', responseCode, press: { ...origin, messageId, taskId, key } }
}

type Origin = Omit<IncomingMessage, 'robot' | 'replyTo' | 'text' | 'quote' | 'messageId'>

function readMessage(fields: Readonly<Record<string, unknown>>, type: string, origin: Origin): AppCallback {
  if (!answerable.has(type)) return skipped('message of a kind not known here')
  const read = Message.safeParse(fields)
  if (!read.success) return skipped('message without the fields it must have')
  const { MsgId: messageId, Content, Recognition } = read.data
  const said = type === 'text' ? Content : type === 'voice' ? Recognition : undefined
  return { kind: 'message', message: { ...origin, messageId, text: clippedText((said ?? '').trim()) } }
}

function fieldsOf(xml: string): Readonly<Record<string, unknown>> {
  try {
    const { xml: root } = parser.parse(xml, true) as { xml?: unknown }
    return typeof root === 'object' && root !== null ? (root as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

function skipped(why: string): AppCallback {
  return { kind: 'skipped', why }
}
