// Reads the content part of what a robot or a webhook sends (Markdown, card, media) into a draft of the chat's message.
import { checkCard, type CardChannel } from './card-check.js'
import { cardText, viewCard } from './card-view.js'
import { asFields, asText, byteLength, type Fields, requireFields } from './json-fields.js'
import { asMediaType, type MediaShelf, type MediaType } from './media-shelf.js'
import type { SandboxCard, SandboxMessage } from './sandbox-types.js'
import { WecomRefusal } from './wecom-refusal.js'

/** A message without what the chat itself adds: id, time and sender. */
export type Draft = Omit<SandboxMessage, 'msgid' | 'at' | 'from' | 'fromName' | 'updatedAt' | 'views'>

export const longestMarkdown = 20480

/** Text of `fields.markdown.content`. @throws WecomRefusal 44004 when empty, 40058 above `maxBytes` */
export function readContent(body: Fields, name: string, maxBytes: number): string {
  const content = requireFields(body, name, `body.${name}`)['content']
  if (typeof content !== 'string') throw new WecomRefusal(40058, `body.${name}.content missing or invalid`)
  if (content.trim() === '') throw new WecomRefusal(44004, 'empty content')
  if (byteLength(content) > maxBytes) throw new WecomRefusal(40058, `${name}.content exceed max length ${maxBytes}`)
  return content
}

export function plainDraft(kind: Draft['kind'], text: string, mentions: readonly string[] = []): Draft {
  return { kind, text, buttons: [], files: [], mentions }
}

export function cardDraft(card: SandboxCard): Draft {
  const buttons = card.buttons.map(({ key, text }) => ({ key, text }))
  return { kind: 'card', text: cardText(card), buttons, files: [], mentions: [], card }
}

/** @throws WecomRefusal with the codes of `checkCard` */
export function readCard(body: Fields, channel: CardChannel, replaced = false): SandboxCard {
  const card = checkCard(body['template_card'], channel, replaced)
  return viewCard(card, replaced, channel === 'app' && replaced ? asText(card['replace_text']) : undefined)
}

/** @throws WecomRefusal 40058 without req_id when media_id is missing, 40007, 40004 */
export function readMedia(body: Fields, type: MediaType, owner: string, shelf: MediaShelf, fileUrl: (id: string) => string): Draft {
  const part = asFields(body[type])
  const id = asText(part?.['media_id'])
  if (!part || id === undefined) throw new WecomRefusal(40058, `missing field: body.${type}.media_id`, true)
  const media = shelf.own(owner, type, id)
  const title = type === 'video' ? [asText(part['title']), asText(part['description'])].filter(line => line !== undefined) : []
  return { ...plainDraft(type, [...title, media.name].join('\n')), files: [{ name: media.name, url: fileUrl(media.id) }] }
}

/** What a robot may push, and reply with besides a stream. @throws WecomRefusal 40008 for any other msgtype, and what its reader throws */
export function readRobotDraft(body: Fields, owner: string, shelf: MediaShelf, fileUrl: (id: string) => string): Draft {
  const msgtype = body['msgtype']
  if (msgtype === 'markdown') return plainDraft('markdown', readContent(body, 'markdown', longestMarkdown))
  if (msgtype === 'template_card') return cardDraft(readCard(body, 'robot'))
  const type = asMediaType(msgtype)
  if (!type) throw new WecomRefusal(40008, 'invalid message type')
  return readMedia(body, type, owner, shelf, fileUrl)
}
