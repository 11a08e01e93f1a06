// The 5x8 clock (domain.md 6.3): working days with statutory holidays and make-up days, working minutes between two moments. Pure.
// Holidays come from the package chinese-days, which follows the yearly notice of the State Council; days an operator names win over it.
import chineseDays from 'chinese-days'
import dayjs from 'dayjs'
import timezone from 'dayjs/plugin/timezone.js'
import utc from 'dayjs/plugin/utc.js'
import { instant, type Instant } from '../ports/clock.js'

dayjs.extend(utc)
dayjs.extend(timezone)

const { getHolidaysInRange, isHoliday } = chineseDays
const MINUTE = 60_000
const FORMAT = 'YYYY-MM-DD'
/** A sum of working minutes that is not used up after so many days is no longer a matter of minutes. */
const MOST_DAYS = 3_660

/** From and to, `HH:mm` of the same day. */
export type Shift = readonly [from: string, to: string]

export interface WorkCalendarOptions {
  /** IANA name; Asia/Shanghai when absent. */
  readonly zone?: string
  /** Working hours of a working day, in order; 09:00–12:00 and 13:00–18:00 when absent. */
  readonly shifts?: readonly Shift[]
  /** Days that are known better here, `YYYY-MM-DD`: true works, false is off. */
  readonly days?: Readonly<Record<string, boolean>>
}

export class WorkCalendar {
  private readonly zone: string
  /** Minutes after midnight. */
  private readonly shifts: readonly (readonly [number, number])[]
  private days: Readonly<Record<string, boolean>>
  private readonly covered = new Map<number, boolean>()

  constructor({
    zone = 'Asia/Shanghai',
    shifts = [
      ['09:00', '12:00'],
      ['13:00', '18:00'],
    ],
    days = {},
  }: WorkCalendarOptions = {}) {
    this.zone = zone
    this.shifts = shifts.map(([from, to]) => [minuteOfDay(from), minuteOfDay(to)])
    this.days = days
  }

  /** Whether the holidays of the year are known; otherwise its days are judged by the weekday alone, which must be said. */
  isCovered(year: number): boolean {
    const known =
      this.covered.get(year) ?? (getHolidaysInRange(`${year}-01-01`, `${year}-12-31`, false).length > 0 || this.namesHolidays(year))
    this.covered.set(year, known)
    return known
  }

  /** Days an operator names later win over all that is known so far. */
  know(days: Readonly<Record<string, boolean>>): void {
    this.days = { ...this.days, ...days }
    this.covered.clear()
  }

  /** @param day `YYYY-MM-DD` */
  isWorkday(day: string): boolean {
    const named = this.days[day]
    if (named !== undefined) return named
    if (getHolidaysInRange(`${day.slice(0, 4)}-01-01`, `${day.slice(0, 4)}-12-31`, false).length > 0) return !isHoliday(day)
    const weekday = dayjs.utc(day).day()
    return weekday !== 0 && weekday !== 6
  }

  /** Whether somebody works 5x8 at that moment. */
  isWorkTime(at: Instant): boolean {
    const { day, minute } = this.local(Date.parse(at))
    return this.isWorkday(day) && this.shifts.some(([from, to]) => minute >= from && minute < to)
  }

  /** The moment at which so many working minutes have passed; a start outside working hours counts from their next beginning. */
  addMinutes(start: Instant, minutes: number): Instant {
    let left = minutes * MINUTE
    for (const [from, to] of this.shiftsFrom(Date.parse(start))) {
      if (left <= to - from) return instant(from + left)
      left -= to - from
    }
    throw new RangeError('no working time within ten years')
  }

  /** Working minutes from one moment to a later one; 0 when it is not later. */
  minutesBetween(start: Instant, end: Instant): number {
    const last = Date.parse(end)
    let sum = 0
    for (const [from, to] of this.shiftsFrom(Date.parse(start))) {
      if (from >= last) break
      sum += Math.min(to, last) - from
    }
    return sum / MINUTE
  }

  /** The rest of the running shift and all after it, in milliseconds since 1970. */
  private *shiftsFrom(start: number): Generator<readonly [number, number]> {
    let day = this.local(start).day
    for (let count = 0; count < MOST_DAYS; count++) {
      if (this.isWorkday(day))
        for (const [from, to] of this.shifts) {
          const end = this.moment(day, to)
          if (end > start) yield [Math.max(start, this.moment(day, from)), end]
        }
      day = dayjs.utc(day).add(1, 'day').format(FORMAT)
    }
  }

  private local(at: number): { day: string; minute: number } {
    const local = dayjs(at).tz(this.zone)
    return { day: local.format(FORMAT), minute: local.hour() * 60 + local.minute() }
  }

  private moment(day: string, minute: number): number {
    const clock = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
    return dayjs.tz(`${day} ${clock}`, this.zone).valueOf()
  }

  private namesHolidays(year: number): boolean {
    return Object.entries(this.days).some(([day, works]) => day.startsWith(`${year}-`) && !works)
  }
}

function minuteOfDay(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number)
  return hours * 60 + minutes
}
