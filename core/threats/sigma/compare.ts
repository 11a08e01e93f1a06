// Comparisons of one field that are not text patterns: numbers, parts of timestamps, regular expressions, networks. Used by entry.ts.
import { RE2JS } from 're2js'
import type { FieldValue } from './event-view.js'
import { isInside, parseAddress, parseNetwork } from './network.js'
import { RuleProblem } from './rule.js'

export type ValueTest = (value: FieldValue) => boolean

const MAX_REGEX = 4_096
/** Repeats are written out by the compiler: their number times the length of the expression. */
const MAX_EXPANDED = 500_000
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?$/

/** The number a value is or reads as; undefined for anything else. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'string' && value.length <= 400 && NUMBER.test(value) ? Number(value) : undefined
}

export const orders = {
  gt: (a: number, b: number) => a > b,
  gte: (a: number, b: number) => a >= b,
  lt: (a: number, b: number) => a < b,
  lte: (a: number, b: number) => a <= b,
  eq: (a: number, b: number) => a === b,
} as const
export type Order = keyof typeof orders

/** @param read turns a value into the number compared: itself, or a part of a timestamp. */
export function numberTest(order: Order, wanted: number, read: (value: unknown) => number | undefined): ValueTest {
  const holds = orders[order]
  return value =>
    value.scalars.some(scalar => {
      const number = read(scalar)
      return number !== undefined && holds(number, wanted)
    })
}

/** Linear in the text whatever the pattern: RE2 has no back-references and no look-around; those are refused. @throws RuleProblem */
export function regexTest(source: string, flags: { i: boolean; m: boolean; s: boolean }): ValueTest {
  if (source.length > MAX_REGEX) throw new RuleProblem(`正则表达式超过 ${MAX_REGEX} 个字符`)
  const repeats = [...source.matchAll(/\{(\d{1,9})(?:,(\d{0,9}))?\}/g)].reduce(
    (sum, [, least, most]) => sum + Math.max(Number(least), Number(most ?? 0)),
    0,
  )
  if (repeats * source.length > MAX_EXPANDED) throw new RuleProblem('正则表达式展开后过大')
  const bits = (flags.i ? RE2JS.CASE_INSENSITIVE : 0) | (flags.m ? RE2JS.MULTILINE : 0) | (flags.s ? RE2JS.DOTALL : 0)
  let compiled: RE2JS
  try {
    compiled = RE2JS.compile(source, bits)
  } catch (error) {
    throw new RuleProblem(`正则表达式 ${source.slice(0, 120)} 不受支持：${(error as Error).message}`)
  }
  return value => value.raw().some(text => compiled.test(text))
}

/** @throws RuleProblem */
export function networkTest(text: string): ValueTest {
  const network = parseNetwork(text)
  if (network === undefined) throw new RuleProblem(`“${text.slice(0, 80)}”不是网段`)
  return value =>
    value.raw().some(candidate => {
      const address = parseAddress(candidate)
      return address !== undefined && isInside(address, network)
    })
}

export const timeParts = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const
export type TimePart = (typeof timeParts)[number]

const STAMP = /^\s*(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2}))?/

/** Read from the text as it stands, without changing the zone; a bare number is seconds since 1970 in UTC. */
export function timePart(part: TimePart, value: unknown): number | undefined {
  const seconds = numberOf(value)
  const text = seconds === undefined ? value : Math.abs(seconds) < 8.64e12 ? new Date(seconds * 1000).toISOString() : undefined
  const match = typeof text === 'string' ? STAMP.exec(text) : null
  if (match === null) return undefined
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  switch (part) {
    case 'minute':
      return match[5] === undefined ? undefined : Number(match[5])
    case 'hour':
      return match[4] === undefined ? undefined : Number(match[4])
    case 'day':
      return day
    case 'month':
      return month
    case 'year':
      return year
    case 'week':
      return isoWeek(year, month, day)
  }
}

/** ISO 8601: the week of a day is the week of its Thursday. */
function isoWeek(year: number, month: number, day: number): number {
  const date = new Date(Date.UTC(year, month - 1, day))
  date.setUTCDate(date.getUTCDate() + 4 - (date.getUTCDay() || 7))
  return Math.ceil(((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000 + 1) / 7)
}
