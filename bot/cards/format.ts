// Words and figures as people read them on a phone: times in the tenant's zone, lengths a card can show.
import { literal } from '../../core/delivery/literal.js'
import type { Card } from '../../core/ports/chat.js'
import { localMoment, localTime } from '../../core/tenants/local-time.js'

export const SOURCE = '云端安全管家'

export function clock(at: string | null, zone: string): string {
  return at ? localMoment(at, zone) : '—'
}

export function hour(at: string | null, zone: string): string {
  return at ? localTime(at, zone) : '—'
}

/** `12 小时`, `30 分钟`, `2 天 3 小时`: at most two units, never zero. */
export function duration(seconds: number): string {
  const units: [number, string][] = [
    [86_400, '天'],
    [3600, '小时'],
    [60, '分钟'],
    [1, '秒'],
  ]
  const parts: string[] = []
  let rest = Math.max(0, Math.round(seconds))
  for (const [size, name] of units) {
    const n = Math.floor(rest / size)
    rest -= n * size
    if (n > 0) parts.push(`${n} ${name}`)
    if (parts.length === 2 || (parts.length === 1 && n === 0)) break
  }
  return parts.join(' ') || '不到 1 秒'
}

/** Control characters, ends of lines and paragraphs, halves of characters. */
const BREAKS = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+/gu
/** Marks that turn the direction of writing or cannot be seen. */
const UNSEEN = /\p{Cf}/gu

/** Cut to `length` characters (code points), with an ellipsis; one line without unseen marks: the text may come from a log. */
export function clip(text: string, length: number): string {
  const clean = [
    ...text
      .slice(0, 20 * length + 1000)
      .replaceAll(UNSEEN, '')
      .replaceAll(BREAKS, ' ')
      .trim(),
  ]
  return clean.length <= length ? clean.join('') : `${clean.slice(0, length - 1).join('')}…`
}

/** Markdown from outside text: what could form a link, a mention, an image or HTML loses its meaning. */
export function plain(text: string, length = 300): string {
  return literal(clip(text, length))
}

/** Outside text as it came, shown as code: nothing in it is read as a sign. */
export function code(text: string, length = 300): string {
  return `\`${clip(text, length).replaceAll('`', "'")}\``
}

const MOST_LINES = 12
/** Markdown by a group's webhook is refused above 4096 bytes. */
const MOST_BYTES = 4096

/** A longer text for a group: whole lines as far as there is room, then where the rest is. */
export function forGroup(text: string, more: string): string {
  const lines = text.split('\n').filter(line => line.trim() !== '')
  if (lines.length <= MOST_LINES && Buffer.byteLength(text) <= MOST_BYTES) return text
  const kept: string[] = []
  let bytes = Buffer.byteLength(more)
  for (const line of lines.slice(0, MOST_LINES - 1)) {
    bytes += Buffer.byteLength(line) + 1
    if (bytes > MOST_BYTES) break
    kept.push(line)
  }
  return [...kept, more].join('\n')
}

/** What a phone shows before it cuts (core/ports/chat.ts). */
const shown = { source: 13, title: 26, desc: 30, text: 112, name: 5, value: 26, button: 10, many: 6 } as const

type Parts = Omit<Card, 'taskId' | 'source'> & {
  readonly source?: string
  /** Numbers and addresses people act on, dearest first: each stands on the card in full, or not at all. */
  readonly whole: readonly string[]
}

/** A card within the lengths a phone shows. */
export function card({ whole, ...parts }: Parts): Card {
  const fits = ({ value }: Card['facts'][number]) => length(value) <= shown.value || !whole.some(item => value.includes(item))
  const facts = parts.facts
    .filter(fits)
    .slice(0, shown.many)
    .map(({ name, value }) => ({ name: clip(name, shown.name), value: clip(value, shown.value) }))
  const title = clip(withoutCut(parts.title, whole, shown.title), shown.title)
  const desc = parts.desc && clip(withoutCut(parts.desc, whole, shown.desc), shown.desc)
  const seen = [title, desc ?? '', ...facts.map(fact => fact.value)]
  let text = clip(withoutCut(parts.text ?? '', whole, shown.text), shown.text)
  for (const item of whole) {
    if ([...seen, text].some(place => place.includes(item))) continue
    const room = shown.text - length(item) - 1
    if (room < 0 || whole.some(other => other !== item && text.includes(other) && !clip(text, room).includes(other))) continue
    text = text === '' ? item : `${item} ${clip(text, room)}`
  }
  return {
    taskId: '',
    source: clip(parts.source ?? SOURCE, shown.source),
    title,
    ...(desc ? { desc } : {}),
    ...(text === '' ? {} : { text }),
    facts,
    buttons: parts.buttons.slice(0, shown.many).map(button => ({ ...button, text: clip(button.text, shown.button) })),
  }
}

const length = (text: string) => [...text].length

/** Takes out what the cut would go through: half an address is worse than none. */
function withoutCut(text: string, whole: readonly string[], most: number): string {
  if (length(text) <= most) return text
  const cut = clip(text, most)
  return whole.reduce((left, item) => (text.includes(item) && !cut.includes(item) ? left.replace(item, () => '').trim() : left), text)
}
