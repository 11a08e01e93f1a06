// Words and figures as people read them on a phone: times in the tenant's zone, lengths a card can show.
import dayjs from 'dayjs'
import timezone from 'dayjs/plugin/timezone.js'
import utc from 'dayjs/plugin/utc.js'
import type { Card } from '../../core/ports/chat.js'

dayjs.extend(utc)
dayjs.extend(timezone)

export const SOURCE = '云端安全管家'

export function clock(at: string | null, zone: string): string {
  return at ? dayjs(at).tz(zone).format('MM-DD HH:mm') : '—'
}

export function hour(at: string | null, zone: string): string {
  return at ? dayjs(at).tz(zone).format('HH:mm') : '—'
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

/** Cut to `length` characters (code points), with an ellipsis; one line, control and direction marks removed: the text may come from a log. */
export function clip(text: string, length: number): string {
  const clean = [...text.replaceAll(/[\p{Cc}\u202A-\u202E\u2066-\u2069]+/gu, ' ').trim()]
  return clean.length <= length ? clean.join('') : `${clean.slice(0, length - 1).join('')}…`
}

/** Markdown from outside text: what could form a link, a mention, an image or HTML loses its meaning. */
export function plain(text: string, length = 300): string {
  return clip(text, length).replaceAll(/[\\`*_[\]()<>#|!~]/g, '\\$&')
}

/** Outside text as it came, shown as code: nothing in it is read as a sign. */
export function code(text: string, length = 300): string {
  return `\`${clip(text, length).replaceAll('`', "'")}\``
}

/** A card within the lengths a phone shows (WeCom doc 101032). */
export function card(parts: Omit<Card, 'taskId' | 'source'> & { source?: string }): Card {
  return {
    taskId: '',
    source: parts.source ?? SOURCE,
    title: clip(parts.title, 36),
    ...(parts.desc ? { desc: clip(parts.desc, 44) } : {}),
    ...(parts.text ? { text: clip(parts.text, 160) } : {}),
    facts: parts.facts.slice(0, 6).map(({ name, value }) => ({ name: clip(name, 5), value: clip(value, 30) })),
    buttons: parts.buttons.slice(0, 6).map(button => ({ ...button, text: clip(button.text, 10) })),
  }
}
