// Turns the ways logs write a moment into one instant; called by the envelope and the payload parsers. Pure: no clock.
import type { Instant } from '../ports/clock.js'

const DAY_MILLISECONDS = 86_400_000
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
/** 0000-01-01 and 9999-12-31, outside of which an instant would not be 24 characters. */
const EARLIEST = -62_167_219_200_000
const LATEST = 253_402_300_799_999

const ISO = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)? ?(Z|[+-]\d{2}:?\d{2})?$/
const CLF = /^(\d{1,2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))? ([+-]\d{4})$/
const BSD = /^([A-Z][a-z]{2}) {1,2}(\d{1,2})(?: (\d{4}))? (\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?$/

export interface TimeContext {
  /** Milliseconds since 1970; decides the year of lines that have none. */
  readonly receivedAt: number
  /** Minutes east of UTC for times that name no zone. */
  readonly utcOffsetMinutes: number
  /** The year of lines that have none, when it is known (an old file read in). */
  readonly year?: number
}

function utc(year: number, month: number, day: number, hour: number, minute: number, second: number): number | undefined {
  // 60 is a leap second: RFC 5424 forbids it, devices send it.
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 60) return undefined
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  if (date.getUTCDate() !== day) return undefined
  return date.getTime() + ((hour * 60 + minute) * 60 + Math.min(second, 59)) * 1000
}

function fraction(digits: string | undefined): number {
  return digits === undefined ? 0 : Number(digits.slice(0, 3).padEnd(3, '0'))
}

function zoneMinutes(zone: string | undefined): number | undefined {
  if (zone === undefined) return undefined
  if (zone === 'Z') return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))
  return zone.startsWith('-') ? -minutes : minutes
}

/** `Feb 12 14:10:21`, optionally with a year and a fraction: the year that puts it nearest to, and at most a day after, the receive time. */
export function bsdTime(text: string, context: TimeContext): number | undefined {
  const match = BSD.exec(text)
  if (match === null) return undefined
  const month = MONTHS.indexOf(match[1] ?? '') + 1
  const [day, hour, minute, second] = [Number(match[2]), Number(match[4]), Number(match[5]), Number(match[6])]
  const shift = fraction(match[7]) - context.utcOffsetMinutes * 60_000
  const known = match[3] === undefined ? context.year : Number(match[3])
  if (known !== undefined) {
    const at = utc(known, month, day, hour, minute, second)
    return at === undefined ? undefined : at + shift
  }
  const received = new Date(context.receivedAt).getUTCFullYear()
  // Eight years back reach the nearest 29 February even across 1900 and 2100.
  for (let year = received + 1; year >= received - 8; year -= 1) {
    const at = utc(year, month, day, hour, minute, second)
    if (at !== undefined && at + shift <= context.receivedAt + DAY_MILLISECONDS) return at + shift
  }
  return undefined
}

/** `2026-11-24T08:30:00.123456+08:00`, with a blank instead of T, with or without zone. */
export function isoTime(text: string, context: TimeContext): number | undefined {
  const match = ISO.exec(text)
  if (match === null) return undefined
  const at = utc(Number(match[1]), Number(match[2]), Number(match[3]), Number(match[4]), Number(match[5]), Number(match[6] ?? 0))
  if (at === undefined) return undefined
  return at + fraction(match[7]) - (zoneMinutes(match[8]) ?? context.utcOffsetMinutes) * 60_000
}

/** `25/Oct/2016:14:49:33 +0200`, as web servers write it. */
export function clfTime(text: string): number | undefined {
  const match = CLF.exec(text)
  if (match === null) return undefined
  const month = MONTHS.indexOf(match[2] ?? '') + 1
  const at = utc(Number(match[3]), month, Number(match[1]), Number(match[4]), Number(match[5]), Number(match[6]))
  return at === undefined ? undefined : at + fraction(match[7]) - (zoneMinutes(match[8]) ?? 0) * 60_000
}

/** Seconds, milliseconds, microseconds or nanoseconds since 1970, told by their size. */
function epochTime(value: number): number | undefined {
  if (!Number.isFinite(value) || value <= 0) return undefined
  if (value < 1e11) return Math.round(value * 1000)
  if (value < 1e14) return Math.round(value)
  if (value < 1e17) return Math.round(value / 1e3)
  return Math.round(value / 1e6)
}

/** Whatever a JSON field may hold as a time. */
export function anyTime(value: unknown, context: TimeContext): number | undefined {
  if (typeof value === 'number') return epochTime(value)
  if (typeof value !== 'string' || value.length > 64) return undefined
  const text = value.trim()
  if (/^\d{9,19}(?:\.\d{1,9})?$/.test(text)) return epochTime(Number(text))
  return isoTime(text, context) ?? clfTime(text) ?? bsdTime(text, context)
}

/** The instant's text, or undefined where the calendar ends. */
export function toInstant(milliseconds: number | undefined): Instant | undefined {
  if (milliseconds === undefined || !(milliseconds >= EARLIEST && milliseconds <= LATEST)) return undefined
  return new Date(milliseconds).toISOString()
}
