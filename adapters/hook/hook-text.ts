// What is said in a chat → the title and plain text a short message or a voice can carry; pure, called by hookRoad.
import MarkdownIt from 'markdown-it'
import { AppError } from '../../core/errors.js'
import type { Card, OutgoingMessage } from '../../core/ports/chat.js'

/** A gateway cuts at its own length; this keeps a report from being sent as 100 short messages. */
export const maxHookBytes = 4000
const maxTitleCharacters = 60
const markdown = new MarkdownIt({ html: false, linkify: false })

export interface HookText {
  readonly title: string
  readonly text: string
}

/** @throws CHAT_REFUSED for files, a card's replacement, an empty or too long text */
export function hookText(message: OutgoingMessage): HookText {
  switch (message.kind) {
    case 'markdown':
    case 'mention': {
      if (Buffer.byteLength(message.text) > maxHookBytes) throw refused('TOO_LONG')
      const text = clean(message.kind === 'markdown' ? withoutMarks(message.text) : message.text)
      if (text === '') throw refused('EMPTY')
      return { title: cut(text.split('\n', 1)[0] ?? '', maxTitleCharacters), text }
    }
    case 'card':
      return cardText(message.card)
    case 'file':
      throw refused('FILES_NOT_SUPPORTED')
    case 'card-update':
      throw refused('UPDATE_NOT_SUPPORTED')
  }
}

/** Put together here, so its length cannot be known to the caller: what is too long ends with `…`. The buttons are left out. */
function cardText(card: Card): HookText {
  const facts = card.facts.map(({ name, value }) => `${name}：${value}`)
  const text = clean([card.title, card.desc, ...facts, card.text].filter(line => line !== undefined && line !== '').join('\n'))
  if (text === '') throw refused('EMPTY')
  return { title: cut(clean(card.title).replaceAll('\n', ' '), maxTitleCharacters), text: cutBytes(text, maxHookBytes) }
}

/** The words of a Markdown text, one line per paragraph, list item or row; a link keeps its address, which may be what it is about. */
function withoutMarks(text: string): string {
  const lines: string[] = []
  let row: string[] | undefined
  for (const token of markdown.parse(text, {})) {
    if (token.type === 'tr_open') row = []
    if (token.type === 'tr_close') {
      lines.push((row ?? []).join(' '))
      row = undefined
    }
    const words = token.type === 'inline' ? inlineWords(token.children ?? []) : token.content.trimEnd()
    if (words === '') continue
    if (row) row.push(words)
    else lines.push(words)
  }
  return lines.join('\n')
}

type Token = ReturnType<typeof markdown.parse>[number]

function inlineWords(tokens: readonly Token[]): string {
  let address = ''
  return tokens
    .map(token => {
      if (token.type === 'softbreak' || token.type === 'hardbreak') return '\n'
      if (token.type === 'link_open') address = String(token.attrGet('href') ?? '')
      return token.type === 'link_close' ? ` ${address} ` : token.content
    })
    .join('')
}

function clean(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\n\t])[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]/gu, '')
    .replace(/[ \t]*\n\s*/g, '\n')
    .trim()
}

function cut(text: string, most: number): string {
  const characters = Array.from(text)
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`
}

function cutBytes(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text
  let size = Buffer.byteLength('…')
  const kept: string[] = []
  for (const character of text) {
    size += Buffer.byteLength(character)
    if (size > most) break
    kept.push(character)
  }
  return `${kept.join('')}…`
}

const refused = (code: string) => new AppError('CHAT_REFUSED', { code })
