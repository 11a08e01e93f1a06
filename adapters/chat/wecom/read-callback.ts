// Understands what WeCom sends unasked over the long connection (messages, presses, openings); pure, called by WecomChat for every frame.
import { z } from 'zod'
import type { IncomingMessage, IncomingPress } from '../../../core/ports/chat.js'
import { stripMention } from './strip-mention.js'

export type Callback =
  | { readonly kind: 'message'; readonly reqId: string; readonly message: Omit<IncomingMessage, 'robot' | 'replyTo'> }
  | { readonly kind: 'press'; readonly reqId: string; readonly press: Omit<IncomingPress, 'robot' | 'replyTo'> }
  | { readonly kind: 'entered'; readonly userId: string }
  /** Nothing for the listener; `why` is a constant for the log. */
  | { readonly kind: 'skipped'; readonly why: string }

const longestText = 20_000

// Only the fields that are used. WeCom's ids have at most 64 bytes (userid) or some dozens (msgid, chatid).
const Id = z.string().min(1).max(256)
const Said = z.object({ content: z.string() })
const Content = z.object({
  msgtype: z.string(),
  text: Said.optional().catch(undefined),
  /** Already turned into text by WeCom. */
  voice: Said.optional().catch(undefined),
  mixed: z
    .object({ msg_item: z.array(z.object({ text: Said.optional().catch(undefined) })).max(1000) })
    .optional()
    .catch(undefined),
})
const Frame = z.object({
  headers: z.object({ req_id: z.string().min(1).max(512) }),
  body: z.object({
    msgid: Id,
    chatid: Id.optional(),
    chattype: z.enum(['single', 'group']),
    from: z.object({ userid: Id, corpid: z.string().optional() }),
    msgtype: z.string(),
  }),
})
const MessageFrame = z.object({ body: Content.extend({ quote: Content.optional().catch(undefined) }) })
const Pressed = z.object({ event_key: z.string().min(1).max(1024), task_id: z.string().min(1).max(128) })
const EventFrame = z.object({ body: z.object({ event: z.looseObject({ eventtype: z.string() }) }) })

/** What a person can be answered on; the text is empty for pictures, files and videos, so that the bot can say it reads text only. */
const answerable = new Set(['text', 'mixed', 'voice', 'image', 'file', 'video'])

export function readCallback(frame: unknown, displayName?: string): Callback {
  const read = Frame.safeParse(frame)
  if (!read.success) return skipped('callback without the fields it must have')
  const { headers, body } = read.data
  const { chattype: chatType, from } = body
  if (chatType === 'group' && body.chatid === undefined) return skipped('callback of a group without chatid')
  // Own robots hear their own enterprise only, where WeCom leaves corpid out; a userid of another enterprise is another person.
  if (from.corpid !== undefined && from.corpid !== '') return skipped('callback from another enterprise')
  const origin = {
    messageId: body.msgid,
    chatId: chatType === 'group' ? (body.chatid ?? '') : from.userid,
    chatType,
    userId: from.userid,
  }
  return body.msgtype === 'event' ? readEvent(frame, headers.req_id, origin) : readMessage(frame, headers.req_id, origin, displayName)
}

type Origin = Omit<IncomingMessage, 'robot' | 'replyTo' | 'text' | 'quote'>

function readMessage(frame: unknown, reqId: string, origin: Origin, displayName: string | undefined): Callback {
  const read = MessageFrame.safeParse(frame)
  if (!read.success) return skipped('message without the fields it must have')
  const { body } = read.data
  if (!answerable.has(body.msgtype)) return skipped('message of a kind not known here')
  const said = textOf(body)
  const text = clipped(origin.chatType === 'group' ? stripMention(said, displayName) : said.trim())
  const quote = body.quote === undefined ? '' : clipped(textOf(body.quote))
  return { kind: 'message', reqId, message: { ...origin, text, ...(quote === '' ? {} : { quote }) } }
}

function readEvent(frame: unknown, reqId: string, origin: Origin): Callback {
  const read = EventFrame.safeParse(frame)
  if (!read.success) return skipped('event without a type')
  const { event } = read.data.body
  if (event.eventtype === 'enter_chat') return { kind: 'entered', userId: origin.userId }
  if (event.eventtype !== 'template_card_event') return skipped('event of a kind not used here')
  // The SDK's types have both fields directly on the event, the service nests them (doc 101027).
  const pressed = Pressed.safeParse(event['template_card_event'] ?? event)
  if (!pressed.success) return skipped('press without task id or key')
  return { kind: 'press', reqId, press: { ...origin, taskId: pressed.data.task_id, key: pressed.data.event_key } }
}

function textOf(content: z.infer<typeof Content>): string {
  switch (content.msgtype) {
    case 'text':
      return content.text?.content ?? ''
    case 'voice':
      return content.voice?.content ?? ''
    case 'mixed':
      return (content.mixed?.msg_item ?? []).flatMap(item => item.text?.content ?? []).join('\n')
    default:
      return ''
  }
}

/** Bounded without leaving half a character. */
function clipped(text: string): string {
  return text.length <= longestText ? text : text.slice(0, longestText).replace(/[\uD800-\uDBFF]$/, '')
}

function skipped(why: string): Callback {
  return { kind: 'skipped', why }
}
