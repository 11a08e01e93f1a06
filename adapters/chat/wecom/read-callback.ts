// Understands what WeCom tells a robot (messages, presses, openings), by frame or by HTTP callback; pure, called by WecomChat and CallbackRobot.
import { z } from 'zod'
import type { IncomingFile, IncomingMessage, IncomingPress } from '../../../core/ports/chat.js'
import { clippedText } from './clipped-text.js'
import { fetchInboundFile } from './inbound-file.js'
import { stripMention } from './strip-mention.js'

interface Told<Reference> {
  readonly message: { readonly kind: 'message'; readonly message: Omit<IncomingMessage, 'robot' | 'replyTo'> } & Reference
  readonly press: { readonly kind: 'press'; readonly press: Omit<IncomingPress, 'robot' | 'replyTo'> } & Reference
  readonly entered: { readonly kind: 'entered'; readonly userId: string }
  /** Nothing for the listener; `why` is a constant for the log. */
  readonly skipped: { readonly kind: 'skipped'; readonly why: string }
}
type Any<T> = T[keyof T]

/** Of the long connection: answers go under the frame's `reqId`. */
export type Callback = Any<Told<{ readonly reqId: string }>>
/** Of an HTTP callback: one answer can be posted to `responseUrl`. */
export type HttpCallback = Any<Told<{ readonly responseUrl: string | undefined }>>

// Only the fields that are used. WeCom's ids have at most 64 bytes (userid) or some dozens (msgid, chatid).
const Id = z.string().min(1).max(256)
const Said = z.object({ content: z.string() })
/** Without `aeskey` the robot's EncodingAESKey opens it (HTTP-callback mode). */
const Sent = z.object({ url: z.string().min(1).max(4096), aeskey: z.string().min(1).max(100).optional() })
const Content = z.object({
  msgtype: z.string(),
  text: Said.optional().catch(undefined),
  file: Sent.optional().catch(undefined),
  image: Sent.optional().catch(undefined),
  /** Already turned into text by WeCom. */
  voice: Said.optional().catch(undefined),
  mixed: z
    .object({ msg_item: z.array(z.object({ text: Said.optional().catch(undefined) })).max(1000) })
    .optional()
    .catch(undefined),
})
const Frame = z.object({ headers: z.object({ req_id: z.string().min(1).max(512) }), body: z.unknown() })
const Common = z.object({
  msgid: Id,
  chatid: Id.optional(),
  chattype: z.enum(['single', 'group']),
  from: z.object({ userid: Id, corpid: z.string().optional() }),
  msgtype: z.string(),
})
const WithResponseUrl = z.object({ response_url: z.string().min(1).max(4096).optional().catch(undefined) })
const Message = Content.extend({ quote: Content.optional().catch(undefined) })
const Pressed = z.object({ event_key: z.string().min(1).max(1024), task_id: z.string().min(1).max(128) })
const Event = z.object({ event: z.looseObject({ eventtype: z.string() }) })

/** What a person can be answered on; the text is empty for pictures, files and videos, so that the bot can say it reads text only. */
const answerable = new Set(['text', 'mixed', 'voice', 'image', 'file', 'video'])

export function readCallback(frame: unknown, displayName?: string): Callback {
  const read = Frame.safeParse(frame)
  if (!read.success) return skipped('callback without the fields it must have')
  const { headers, body } = read.data
  return readBody(body, { reqId: headers.req_id }, displayName)
}

/** @param text the decrypted body */
/** @param aesKey EncodingAESKey of the robot, with which files are opened */
export function readHttpCallback(text: string, displayName?: string, aesKey?: string): HttpCallback {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return skipped('callback that is no JSON')
  }
  return readBody(body, { responseUrl: WithResponseUrl.safeParse(body).data?.response_url }, displayName, aesKey)
}

function readBody<R>(body: unknown, reference: R, displayName: string | undefined, aesKey?: string): Any<Told<R>> {
  const read = Common.safeParse(body)
  if (!read.success) return skipped('callback without the fields it must have')
  const { chattype: chatType, from, msgid, chatid, msgtype } = read.data
  if (chatType === 'group' && chatid === undefined) return skipped('callback of a group without chatid')
  // Own robots hear their own enterprise only, where WeCom leaves corpid out; a userid of another enterprise is another person.
  if (from.corpid !== undefined && from.corpid !== '') return skipped('callback from another enterprise')
  const origin = { messageId: msgid, chatId: chatType === 'group' ? (chatid ?? '') : from.userid, chatType, userId: from.userid }
  return msgtype === 'event' ? readEvent(body, reference, origin) : readMessage(body, reference, origin, displayName, aesKey)
}

type Origin = Omit<IncomingMessage, 'robot' | 'replyTo' | 'text' | 'quote'>

function readMessage<R>(
  body: unknown,
  reference: R,
  origin: Origin,
  displayName: string | undefined,
  aesKey: string | undefined,
): Any<Told<R>> {
  const read = Message.safeParse(body)
  if (!read.success) return skipped('message without the fields it must have')
  if (!answerable.has(read.data.msgtype)) return skipped('message of a kind not known here')
  const said = textOf(read.data)
  const text = clippedText(origin.chatType === 'group' ? stripMention(said, displayName) : said.trim())
  const quote = read.data.quote === undefined ? '' : clippedText(textOf(read.data.quote))
  return { kind: 'message', ...reference, message: { ...origin, text, ...(quote === '' ? {} : { quote }), ...fileOf(read.data, aesKey) } }
}

function fileOf({ msgtype, file, image }: z.infer<typeof Content>, own: string | undefined): { file?: IncomingFile } {
  if (msgtype !== 'file' && msgtype !== 'image') return {}
  const sent = msgtype === 'file' ? file : image
  const aesKey = sent?.aeskey ?? own
  if (!sent || aesKey === undefined) return { file: { kind: msgtype } }
  return { file: { kind: msgtype, fetch: maxBytes => fetchInboundFile({ url: sent.url, aesKey }, maxBytes) } }
}

function readEvent<R>(body: unknown, reference: R, origin: Origin): Any<Told<R>> {
  const read = Event.safeParse(body)
  if (!read.success) return skipped('event without a type')
  const { event } = read.data
  if (event.eventtype === 'enter_chat') return { kind: 'entered', userId: origin.userId }
  if (event.eventtype !== 'template_card_event') return skipped('event of a kind not used here')
  // The SDK's types have both fields directly on the event, the service nests them (doc 101027).
  const pressed = Pressed.safeParse(event['template_card_event'] ?? event)
  if (!pressed.success) return skipped('press without task id or key')
  return { kind: 'press', ...reference, press: { ...origin, taskId: pressed.data.task_id, key: pressed.data.event_key } }
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

function skipped(why: string): { readonly kind: 'skipped'; readonly why: string } {
  return { kind: 'skipped', why }
}
