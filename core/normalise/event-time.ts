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

const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function utc(year: number, month: number, day: number, hour: number, minute: number, second: number): number | undefined {
  // 60 is a leap second: RFC 5424 forbids it, devices send it.
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 60) return undefined
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 1 : 0
  if (day > DAYS_IN_MONTH[month - 1]! + leap) return undefined
  return midnight(year, month, day) + ((hour * 60 + minute) * 60 + Math.min(second, 59)) * 1000
}

function midnight(year: number, month: number, day: number): number {
  // Date.UTC takes 0 to 99 for 1900 to 1999.
  return year >= 100 ? Date.UTC(year, month - 1, day) : new Date(0).setUTCFullYear(year, month - 1, day)
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
  // Four digits and a dash: most of what is asked about and is none ends here.
  if (text.charCodeAt(4) !== DASH) return undefined
  const usual = usualIsoTime(text)
  if (usual !== undefined) return usual
  const match = ISO.exec(text)
  if (match === null) return undefined
  const at = utc(Number(match[1]), Number(match[2]), Number(match[3]), Number(match[4]), Number(match[5]), Number(match[6] ?? 0))
  if (at === undefined) return undefined
  return at + fraction(match[7]) - (zoneMinutes(match[8]) ?? context.utcOffsetMinutes) * 60_000
}

const DASH = 45

/** `2026-11-24T08:30:00Z` with or without milliseconds, as most senders write, read without a regular expression; undefined for every other form. */
function usualIsoTime(text: string): number | undefined {
  const { length } = text
  if ((length !== 20 && length !== 24) || text.charCodeAt(length - 1) !== 90 || text.charCodeAt(10) !== 84) return undefined
  if (text.charCodeAt(7) !== DASH || text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return undefined
  if (length === 24 && text.charCodeAt(19) !== 46) return undefined
  const year = two(text, 0) * 100 + two(text, 2)
  const milliseconds = length === 24 ? two(text, 20) * 10 + (two(text, 21) % 10) : 0
  // A character that is no digit makes the sum NaN.
  const parts = [two(text, 5), two(text, 8), two(text, 11), two(text, 14), two(text, 17)] as const
  if (Number.isNaN(year + milliseconds + parts[0] + parts[1] + parts[2] + parts[3] + parts[4])) return undefined
  const at = utc(year, ...parts)
  return at === undefined ? undefined : at + milliseconds
}

/** Two digits, or NaN. */
function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48
  const ones = text.charCodeAt(at + 1) - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN
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

/** Texts of the seconds written last: lines come second by second. */
const SECONDS = 64
const writtenSecond = new Float64Array(SECONDS).fill(NaN)
const secondText = new Array<string>(SECONDS).fill('')
const THREE = Array.from({ length: 1_000 }, (_, n) => `${String(n).padStart(3, '0')}Z`)

/** The instant's text, or undefined where the calendar ends. */
export function toInstant(milliseconds: number | undefined): Instant | undefined {
  if (milliseconds === undefined || !(milliseconds >= EARLIEST && milliseconds <= LATEST)) return undefined
  // As Date does: towards zero.
  const whole = Math.trunc(milliseconds)
  const second = Math.floor(whole / 1_000)
  const slot = ((second % SECONDS) + SECONDS) % SECONDS
  if (writtenSecond[slot] !== second) {
    writtenSecond[slot] = second
    secondText[slot] = new Date(second * 1_000).toISOString().slice(0, 20)
  }
  return secondText[slot]! + THREE[whole - second * 1_000]!
}
