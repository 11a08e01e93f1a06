// Periods of reports as people write them: 2026-11-23, 2026-W47, 2026-11, 2026-Q4, 2026, 2026-11-01..2026-11-23; pure. Days are the tenant's.
import dayjs, { type Dayjs } from 'dayjs'
import isoWeek from 'dayjs/plugin/isoWeek.js'
import timezone from 'dayjs/plugin/timezone.js'
import utc from 'dayjs/plugin/utc.js'
import { AppError } from '../errors.js'
import type { ReportKind } from './report.js'

dayjs.extend(utc)
dayjs.extend(timezone)
dayjs.extend(isoWeek)

const FORMAT = 'YYYY-MM-DD'
const DAY = /^\d{4}-\d{2}-\d{2}$/
/** Longest stretch of days somebody may ask for. */
const MOST_DAYS = 3 * 366

export interface Period {
  /** As it is written and stored: `2026-11-23`, `2026-W47`, `2026-11`, `2026-Q4`, `2026`, `2026-11-01..2026-11-23`. */
  readonly key: string
  /** First and last day, `YYYY-MM-DD` in the tenant's zone, both included. */
  readonly firstDay: string
  readonly lastDay: string
  /** First instant of the period and first instant after it. */
  readonly from: string
  readonly to: string
  /** It is over: the report will not change any more. */
  readonly complete: boolean
}

type Stretch = 'day' | 'week' | 'month' | 'quarter' | 'year'
const stretchOf: Readonly<Partial<Record<ReportKind, Stretch>>> = {
  daily: 'day',
  weekly: 'week',
  monthly: 'month',
  quarterly: 'quarter',
  annual: 'year',
}
const example: Readonly<Record<Stretch, string>> = {
  day: '2026-11-23',
  week: '2026-W47',
  month: '2026-11',
  quarter: '2026-Q4',
  year: '2026',
}

/**
 * @param text a period, or a first and a last day with `..` between
 * @param today `YYYY-MM-DD` in the zone
 * @throws ARGUMENT_INVALID for what is no period, does not fit the kind, or begins in the future
 */
export function readPeriod(kind: ReportKind, text: string, zone: string, today: string): Period {
  const stretch = stretchOf[kind]
  const [first, last] = daysOf(text) ?? refuse(text, stretch)
  const days = last.diff(first, 'day') + 1
  if (days < 1 || days > MOST_DAYS) refuse(text, stretch)
  const key = keyOf(first, last)
  if (stretch !== undefined && key !== keyIn(stretch, first)) refuse(text, stretch)
  if (first.format(FORMAT) > today) refuse(text, stretch)
  // Each midnight is asked for itself: a day on which the clocks change has not 24 hours.
  const midnight = (day: Dayjs) => dayjs.tz(`${day.format(FORMAT)}T00:00:00`, zone).toISOString()
  return {
    key,
    firstDay: first.format(FORMAT),
    lastDay: last.format(FORMAT),
    from: midnight(first),
    to: midnight(last.add(1, 'day')),
    complete: last.format(FORMAT) < today,
  }
}

/** The period of the kind that ended before the one today is in. */
export function lastPeriodOf(kind: ReportKind, today: string): string {
  const stretch = stretchOf[kind] ?? 'day'
  return keyIn(stretch, begin(stretch, dayjs.utc(today)).subtract(1, 'day'))
}

/** The period of the kind a day lies in. */
export function periodAround(kind: ReportKind, day: string): string {
  return keyIn(stretchOf[kind] ?? 'day', dayjs.utc(day))
}

/** As long, directly before. */
export function periodBefore(period: Pick<Period, 'key' | 'firstDay' | 'lastDay'>): string {
  const first = dayjs.utc(period.firstDay)
  const stretch = (['day', 'week', 'month', 'quarter', 'year'] as const).find(item => keyIn(item, first) === period.key)
  if (stretch) return keyIn(stretch, first.subtract(1, 'day'))
  const days = dayjs.utc(period.lastDay).diff(first, 'day') + 1
  return `${first.subtract(days, 'day').format(FORMAT)}..${first.subtract(1, 'day').format(FORMAT)}`
}

/** `11 月 23 日`, `2026 年第 47 周（11-16 至 11-22）`, … */
export function periodLabel({ key, firstDay, lastDay }: Pick<Period, 'key' | 'firstDay' | 'lastDay'>): string {
  const week = /^(\d{4})-W(\d{2})$/.exec(key)
  if (week) return `${week[1]} 年第 ${Number(week[2])} 周（${firstDay.slice(5)} 至 ${lastDay.slice(5)}）`
  const quarter = /^(\d{4})-Q(\d)$/.exec(key)
  if (quarter) return `${quarter[1]} 年第 ${'一二三四'[Number(quarter[2]) - 1]}季度`
  const month = /^(\d{4})-(\d{2})$/.exec(key)
  if (month) return `${month[1]} 年 ${Number(month[2])} 月`
  if (/^\d{4}$/.test(key)) return `${key} 年度`
  return key.replace('..', ' 至 ')
}

function refuse(text: string, stretch: Stretch = 'day'): never {
  throw new AppError('ARGUMENT_INVALID', { value: text.slice(0, 32), what: '日期', example: example[stretch] })
}

const begin = (stretch: Stretch, day: Dayjs): Dayjs => {
  switch (stretch) {
    case 'day':
      return day
    case 'week':
      return day.isoWeekday(1)
    case 'month':
      return day.startOf('month')
    case 'quarter':
      return day.startOf('month').subtract(day.month() % 3, 'month')
    case 'year':
      return day.startOf('year')
  }
}

const end = (stretch: Stretch, first: Dayjs): Dayjs =>
  stretch === 'day' ? first : stretch === 'quarter' ? first.add(3, 'month').subtract(1, 'day') : first.add(1, stretch).subtract(1, 'day')

function keyIn(stretch: Stretch, day: Dayjs): string {
  switch (stretch) {
    case 'day':
      return day.format(FORMAT)
    case 'week':
      return `${day.isoWeekday(4).year()}-W${String(day.isoWeek()).padStart(2, '0')}`
    case 'month':
      return day.format('YYYY-MM')
    case 'quarter':
      return `${day.year()}-Q${Math.floor(day.month() / 3) + 1}`
    case 'year':
      return String(day.year())
  }
}

/** The shortest name of a stretch of days. */
function keyOf(first: Dayjs, last: Dayjs): string {
  for (const stretch of ['day', 'week', 'month', 'quarter', 'year'] as const)
    if (begin(stretch, first).isSame(first) && end(stretch, first).isSame(last)) return keyIn(stretch, first)
  return `${first.format(FORMAT)}..${last.format(FORMAT)}`
}

function daysOf(text: string): readonly [Dayjs, Dayjs] | undefined {
  const [from, to, more] = text.split(/\.\.| 至 /)
  if (more !== undefined) return undefined
  if (to !== undefined) {
    const first = dayOf(from ?? '')
    const last = dayOf(to)
    return first && last && [first, last]
  }
  const whole = (stretch: Stretch, day: Dayjs): readonly [Dayjs, Dayjs] => [begin(stretch, day), end(stretch, begin(stretch, day))]
  const day = dayOf(text)
  if (day) return [day, day]
  const week = /^(\d{4})-W(\d{2})$/.exec(text)
  if (week) {
    const monday = dayjs
      .utc(`${week[1]}-01-04`)
      .isoWeekday(1)
      .add(Number(week[2]) - 1, 'week')
    return keyIn('week', monday) === text ? whole('week', monday) : undefined
  }
  const month = /^\d{4}-(\d{2})$/.exec(text)
  if (month && Number(month[1]) >= 1 && Number(month[1]) <= 12) return whole('month', dayjs.utc(`${text}-01`))
  const quarter = /^(\d{4})-Q([1-4])$/.exec(text)
  if (quarter) return whole('quarter', dayjs.utc(`${quarter[1]}-${String(Number(quarter[2]) * 3 - 2).padStart(2, '0')}-01`))
  return /^[12]\d{3}$/.test(text) ? whole('year', dayjs.utc(`${text}-01-01`)) : undefined
}

function dayOf(text: string): Dayjs | undefined {
  const day = DAY.test(text) ? dayjs.utc(text) : undefined
  return day?.format(FORMAT) === text ? day : undefined
}
