// Turns a message into what a group's webhook takes (doc 99110); pure, called by WebhookRoad and for mentions.
import { createHash } from 'node:crypto'
import { AppError } from '../../../core/errors.js'
import type { OutgoingMessage } from '../../../core/ports/chat.js'
import { fittedText } from './fitted-text.js'
import { withoutMentions, withoutTags } from './inert-text.js'
import { notOnThisRoad } from './not-on-this-road.js'
import { templateCard } from './template-card.js'

export const maxWebhookMarkdownBytes = 4096
const maxTextBytes = 2048
const maxMentioned = 1000
const maxImageBytes = 2 * 1024 * 1024

/** @throws CHAT_REFUSED (TOO_LONG, NOT_ON_THIS_ROAD for buttons, updates and files) */
export function webhookBody(message: OutgoingMessage, cardUrl: string): object {
  switch (message.kind) {
    case 'markdown':
      return markdownBody(message.text)
    case 'mention':
      return mentionBody(message.text, message.userIds)
    case 'card':
      if (message.card.buttons.length > 0) throw notOnThisRoad('webhook', 'buttons')
      return { msgtype: 'template_card', template_card: templateCard(message.card, cardUrl) }
    case 'card-update':
    case 'file':
      throw notOnThisRoad('webhook', message.kind)
  }
}

/** @throws CHAT_REFUSED (TOO_LONG, TOO_MANY_MENTIONED) */
export function mentionBody(text: string, userIds: readonly string[]): object {
  const content = fittedText(withoutTags(text), maxTextBytes)
  if (userIds.length > maxMentioned) throw new AppError('CHAT_REFUSED', { code: 'TOO_MANY_MENTIONED', reaction: 'shorten' })
  return { msgtype: 'text', text: { content, mentioned_list: userIds } }
}

/** A picture is shown in the chat; undefined for what has to go as a file. */
export function imageBody(name: string, bytes: Buffer): object | undefined {
  const png = bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'))
  const jpeg = bytes.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex'))
  if (!(png || jpeg) || !/\.(?:png|jpe?g)$/i.test(name) || bytes.length > maxImageBytes) return undefined
  return { msgtype: 'image', image: { base64: bytes.toString('base64'), md5: createHash('md5').update(bytes).digest('hex') } }
}

/** The second dialect shows tables and code, but no colours, and older clients show it as written: only what needs it gets it. */
function markdownBody(text: string): object {
  const inert = withoutMentions(text)
  if (!hasTableOrCode(inert)) return { msgtype: 'markdown', markdown: { content: fittedText(inert, maxWebhookMarkdownBytes) } }
  const plain = inert.replace(/<\/?font\b[^<>\n]{0,60}>/gi, '')
  return { msgtype: 'markdown_v2', markdown_v2: { content: fittedText(plain, maxWebhookMarkdownBytes) } }
}

function hasTableOrCode(text: string): boolean {
  const lines = text.split('\n')
  return lines.some((line, i) => line.trimStart().startsWith('```') || (line.includes('|') && isRuler(lines[i + 1] ?? '')))
}

/** The line between the head and the body of a table. */
function isRuler(line: string): boolean {
  return line.includes('|') && line.includes('-') && /^[\s|:-]+$/.test(line)
}
