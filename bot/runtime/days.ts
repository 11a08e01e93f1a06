// Finds the day or the days a sentence speaks of: 昨天, 11-23, 上周, 最近三天, 11月20日到23日; pure, called by entities.ts.
import dayjs from 'dayjs'
import timezone from 'dayjs/plugin/timezone.js'
import utc from 'dayjs/plugin/utc.js'
import { countOf } from './durations.js'

dayjs.extend(utc)
dayjs.extend(timezone)

/** First and last day, both `YYYY-MM-DD` in the given zone, both included. */
export interface Period {
  readonly from: string
  readonly to: string
}

export interface FoundDays {
  readonly period?: Period
  /** The text without it. */
  readonly text: string
}

type Day = dayjs.Dayjs
type Found = readonly [Day, Day] | undefined

const FORMAT = 'YYYY-MM-DD'
const AMOUNT = String.raw`\d{1,3}|[一二两三四五六七八九十]{1,3}`
const DATE = String.raw`20\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}[日号]?|\d{1,2}[-/]\d{1,2}(?!\d)|\d{1,2}月\d{1,2}[日号]?|大前天|前天|昨天|昨日|今天|今日`
/** A number before or after would make it a version, a fraction or a part of a name. */
const ALONE = String.raw`(?<![\dA-Za-z._/:-])`
const NOT_COUNTED = String.raw`(?![\d./]|-\d|\s*(?:天|个|条|次|台|起|小时|分钟|[hmd%])(?![a-z]))`

const words: readonly (readonly [string, (today: Day, groups: readonly string[]) => Found])[] = [
  [
    `(?:从\\s*)?${ALONE}(${DATE})\\s*(?:到|至|~|～|—+|–)\\s*(${DATE}|\\d{1,2}[日号])`,
    (today, [first = '', last = '']) => {
      const from = dateOf(first, today)
      const to = /^\d{1,2}[日号]$/.test(last) ? from && nextNth(from, parseInt(last)) : dateOf(last, today)
      return from && to && !to.isBefore(from) ? [from, to] : undefined
    },
  ],
  [`${ALONE}(${DATE})${NOT_COUNTED}`, (today, [date = '']) => one(dateOf(date, today))],
  ['大前天', today => one(today.subtract(3, 'day'))],
  ['前[天日晚夜]', today => one(today.subtract(2, 'day'))],
  ['昨[天日晚夜]', today => one(today.subtract(1, 'day'))],
  ['今[天日晚早]', today => one(today)],
  ['明[天日晚早]', today => one(today.add(1, 'day'))],
  ['后天', today => one(today.add(2, 'day'))],
  [
    '(上上个?|上一?个?|这个?|本)(?:周|星期|礼拜)([一二三四五六日天])(?!周|期)',
    (today, [which = '', name = '']) => weekday(today, which, name),
  ],
  ['(上上个?|上一?个?|这个?|本)(?:周|星期|礼拜)', (today, [which = '']) => week(today, which)],
  ['(上上个?|上一?个?|这个?|本|当)月', (today, [which = '']) => month(today.subtract(backOf(which), 'month'))],
  ['(上个?|这个?|本)季度', (today, [which = '']) => quarter(today, backOf(which))],
  [
    '(?:(20\\d{2})年?|(去年|今年))?第?([一二三四]|[1-4])季度',
    (today, [y, word, n = '']) => quarterOf(today, y, word, '一二三四'.includes(n) ? '一二三四'.indexOf(n) : Number(n) - 1),
  ],
  ['去年', today => year(today.subtract(1, 'year'))],
  ['今年', today => year(today)],
  [
    `(?:最近|近|过去|这)(?:的)?\\s*(${AMOUNT})\\s*(天|日|周|个?星期|个?礼拜|个?月|个?小时)(?:内|以来|来)?`,
    (today, [amount = '', unit = '']) => [today.subtract(daysIn(countOf(amount), unit) - 1, 'day'), today],
  ],
  ['(20\\d{2})[-/年](\\d{1,2})月?(?![-/\\d])', (_, [y = '', m = '']) => month(dateIn(Number(y), Number(m), 1))],
  ['(?<!\\d)(20\\d{2})年(?:度|全年)?(?![-/\\d第一二三四])', (_, [y = '']) => year(dayjs.utc(Date.UTC(Number(y), 0, 1)))],
  [`${ALONE}(1[0-2]|0?[1-9])月份?(?!\\d)`, (today, [m = '']) => month(lastOf(today, Number(m), 1))],
  ['(十[一二]|[一二三四五六七八九十])月份?(?=的|月?报|总结|$)', (today, [m = '']) => month(lastOf(today, countOf(m), 1))],
  [`${ALONE}([12]?\\d|3[01])(?:号|日(?=的|日报|早|晚|上午|下午))`, (today, [d = '']) => one(newestNth(today, Number(d)))],
]
const patterns = words.map(([source, days]) => [new RegExp(source), days] as const)

const HOURS = new RegExp(`(?:最近|近|过去|这|前)(?:的)?\\s*(?:(半)|(${AMOUNT}))\\s*个?\\s*(半)?\\s*(小时|钟头|分钟)`)

/** “过去两小时”, “最近半小时”, “近 30 分钟” to the minute; ISO 8601 with the zone's offset. */
export function findHours(text: string, now: number, zone: string): Period | undefined {
  const found = HOURS.exec(text)
  if (!found) return undefined
  const [, half, amount = '', andHalf, unit = ''] = found
  const count = (half ? 0.5 : countOf(amount)) + (andHalf ? 0.5 : 0)
  const to = dayjs(now).tz(zone)
  return { from: to.subtract(count * (unit === '分钟' ? 1 : 60), 'minute').format(), to: to.format() }
}

/** A date without a year is the newest that is not after today. */
export function findDays(text: string, now: number, zone: string): FoundDays {
  const local = dayjs(now).tz(zone)
  // Days are counted on a calendar without hours, so that no clock change can shift one.
  const today = dayjs.utc(Date.UTC(local.year(), local.month(), local.date()))
  for (const [pattern, days] of patterns) {
    const found = pattern.exec(text)
    const range = found && days(today, found.slice(1))
    if (found && range)
      return {
        period: { from: range[0].format(FORMAT), to: range[1].format(FORMAT) },
        text: `${text.slice(0, found.index)} ${text.slice(found.index + found[0].length)}`,
      }
  }
  return { text }
}

const one = (day: Day | undefined): Found => day && [day, day]

function dateOf(text: string, today: Day): Day | undefined {
  const back = ['今', '昨', '前', '大'].indexOf(text[0] ?? '')
  if (back >= 0) return today.subtract(back, 'day')
  const [a = 0, b = 0, c] = (text.match(/\d+/g) ?? []).map(Number)
  return c === undefined ? lastOf(today, a, b) : dateIn(a, b, c)
}

/** Undefined when the calendar has no such day. */
function dateIn(year: number, month: number, date: number): Day | undefined {
  const value = dayjs.utc(Date.UTC(year, month - 1, date))
  return value.month() === month - 1 && value.date() === date ? value : undefined
}

function lastOf(today: Day, month: number, date: number): Day | undefined {
  const candidates = [0, 1, 2, 3, 4].map(back => dateIn(today.year() - back, month, date))
  return candidates.find(day => day && !day.isAfter(today))
}

/** The nth of this month, or of the month before when it has not come yet. */
function newestNth(today: Day, n: number): Day | undefined {
  return [0, 1, 2].map(back => nthOf(today.subtract(back, 'month'), n)).find(day => day && !day.isAfter(today))
}

/** The nth on or after the given day. */
function nextNth(day: Day, n: number): Day | undefined {
  return [0, 1, 2].map(ahead => nthOf(day.add(ahead, 'month'), n)).find(found => found && !found.isBefore(day))
}

function nthOf(day: Day, n: number): Day | undefined {
  return dateIn(day.year(), day.month() + 1, n)
}

const backOf = (which: string) => (which.startsWith('上上') ? 2 : which.startsWith('上') ? 1 : 0)
const monday = (day: Day) => day.subtract((day.day() + 6) % 7, 'day')

function week(today: Day, which: string): Found {
  const from = monday(today).subtract(backOf(which), 'week')
  return [from, from.add(6, 'day')]
}

function weekday(today: Day, which: string, name: string): Found {
  const index = Math.min('一二三四五六日天'.indexOf(name), 6)
  return one(monday(today).subtract(backOf(which), 'week').add(index, 'day'))
}

function month(day: Day | undefined): Found {
  return day && [day.startOf('month'), day.endOf('month').startOf('day')]
}

function quarter(today: Day, back: number): Found {
  const first = today.startOf('month').subtract((today.month() % 3) + back * 3, 'month')
  return [first, first.add(2, 'month').endOf('month').startOf('day')]
}

/** Without a year the newest that has begun. */
function quarterOf(today: Day, y: string | undefined, word: string | undefined, index: number): Found {
  const of = (at: number) => quarter(dayjs.utc(Date.UTC(at, index * 3, 1)), 0)
  if (y) return of(Number(y))
  if (word) return of(today.year() - (word === '去年' ? 1 : 0))
  const own = of(today.year())
  return own?.[0].isAfter(today) ? of(today.year() - 1) : own
}

function year(day: Day): Found {
  return [day.startOf('year'), day.endOf('year').startOf('day')]
}

function daysIn(count: number, unit: string): number {
  const each = unit.includes('月') ? 30 : /周|星期|礼拜/.test(unit) ? 7 : unit.includes('小时') ? 1 / 24 : 1
  // Within the last 24 hours lies a part of yesterday.
  return unit.includes('小时') ? Math.max(1, Math.ceil(count * each) + 1) : Math.max(1, count * each)
}
