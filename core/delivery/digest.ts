// Many messages as one: a line each, every number named, within the bytes of the road; what does not fit goes into a file. Pure.
import type { Card, OutgoingMessage } from '../ports/chat.js'
import type { Delivery } from './delivery.js'
import { literal, unescaped } from './literal.js'
import { byteLength, shorten } from './shorten.js'

export interface Digest {
  readonly text: string
  /** The whole list, when the text could not hold it. */
  readonly file?: { readonly name: string; readonly base64: string }
}

const LINE = 400

/** @param why said in the headline, e.g. `静默时段汇总` */
export function makeDigest(
  held: readonly Pick<Delivery, 'message' | 'subject' | 'level' | 'createdAt'>[],
  why: string,
  maxBytes: number,
): Digest {
  const lines = held.map(({ message, subject, level }) => `· ${level ? `[${level}] ` : ''}${literal(oneLine(message, subject))}`)
  const head = `**【${why}】共 ${held.length} 条**`
  const foot = '想看哪一条，回复“事件 单号”或“为什么 单号”。'
  const whole = [head, ...lines, foot].join('\n')
  if (byteLength(whole) <= maxBytes) return { text: whole }
  const shown: string[] = []
  let room = maxBytes - byteLength(head) - byteLength(foot) - 80
  for (const line of lines) {
    room -= byteLength(line) + 1
    if (room < 0) break
    shown.push(line)
  }
  const rest = `……另有 ${lines.length - shown.length} 条，全部见附件。`
  const list = [
    `${why}，共 ${held.length} 条`,
    '',
    ...held.map(item => `${item.createdAt} ${item.level ?? ''} ${oneLine(item.message, item.subject)}`),
  ]
  return {
    text: [head, ...shown, rest, foot].join('\n'),
    file: { name: `${why}.txt`, base64: Buffer.from(list.join('\r\n'), 'utf8').toString('base64') },
  }
}

/** What a message says in one line, its number included; plain text, whatever it came from. */
export function oneLine(message: OutgoingMessage, subject: string): string {
  const text =
    message.kind === 'card' || message.kind === 'card-update'
      ? titleInFull(message.card)
      : message.kind === 'file'
        ? message.file.name
        : twoLines(unescaped(message.text.replaceAll('**', '')))
  const line = shorten(text.replaceAll(/[\r\n]+/g, ' ').trim(), LINE, '…').text
  return subject !== '' && !line.includes(subject) ? `${line}　${subject}` : line
}

/** The first two lines; of a card told as text (cut title, its sub-title, its basis) the basis, which names what the title had to cut. */
function twoLines(text: string): string {
  const [first = '', ...rest] = text.split('\n')
  const basis = first.endsWith('…') ? rest.find(line => line.startsWith('依据：')) : undefined
  return [first, basis ?? rest[0]].filter(line => line !== undefined).join(' ')
}

/** A phone cuts a card's title; the line that stands for the card must still say what it is about. */
function titleInFull({ title, text }: Card): string {
  return title.endsWith('…') && text ? `${title} ${text}` : title
}
