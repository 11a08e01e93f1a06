// Small readings of an untrusted event that every model needs: its time, its line as evidence, text fit to be shown.
import { instant } from '../../ports/clock.js'
import type { EcsEvent } from '../../events/event.js'
import type { HitEvidence, JudgedEvent } from '../hit.js'

const DAY = 86_400_000
const EVIDENCE_LENGTH = 500
const BLOCKED = /^(?:block|blocked|deny|denied|drop|dropped|reject|rejected|reset|prevent|prevented|阻断|拦截|拒绝|丢弃)$/i

/** Milliseconds. A line that claims to come from tomorrow or later is taken at the time it was received. */
export function timeOf({ event, receivedAt }: JudgedEvent): number {
  const received = Date.parse(receivedAt)
  const at = Date.parse(event['@timestamp'])
  if (!Number.isFinite(at)) return Number.isFinite(received) ? received : 0
  return Number.isFinite(received) && at > received + DAY ? received : at
}

export function evidenceOf(judged: JudgedEvent, at: number): HitEvidence {
  const raw = cut(judged.event.event.original, EVIDENCE_LENGTH)
  return { raw, at: instant(at), ...(judged.position === undefined ? {} : { position: judged.position }) }
}

/** Without control and direction-changing characters, at most `length` characters. */
export function shown(text: string, length: number): string {
  const clean = cut(text, length * 2)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
  return clean.length <= length ? clean : `${cut(clean, length - 1)}…`
}

/** The device says that it did not let it through. */
export function isBlocked(event: EcsEvent): boolean {
  const { action, type } = event.event
  return (typeof action === 'string' && BLOCKED.test(action)) || (Array.isArray(type) && type.includes('denied'))
}

export function hasCategory(event: EcsEvent, category: string): boolean {
  const own: unknown = event.event.category
  return Array.isArray(own) && own.includes(category)
}

export function spanText(milliseconds: number): string {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000))
  if (seconds < 120) return seconds % 60 === 0 ? `${seconds / 60} 分钟` : `${seconds} 秒`
  if (seconds < 7_200) return seconds % 3_600 === 0 ? `${seconds / 3_600} 小时` : `${Math.ceil(seconds / 60)} 分钟`
  return seconds < 172_800 ? `${Math.ceil(seconds / 3_600)} 小时` : `${Math.ceil(seconds / 86_400)} 天`
}

/** Never half of a surrogate pair, and never a view that keeps a long line in memory. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text
  const code = text.charCodeAt(length - 1)
  return Buffer.from(text.slice(0, code >= 0xd800 && code <= 0xdbff ? length - 1 : length), 'utf16le').toString('utf16le')
}
