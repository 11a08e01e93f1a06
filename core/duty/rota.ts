// The rota as data and who is on duty at a moment: analysts around the clock, a senior expert at work 5x8 and on call for P1. Pure.
// Declared by `apply` (key `duty`), checked by check-rota.ts, asked by duty-desk.ts.
import dayjs from 'dayjs'
import timezone from 'dayjs/plugin/timezone.js'
import utc from 'dayjs/plugin/utc.js'
import type { WorkCalendar } from '../clocks/work-calendar.js'
import { instant, type Instant } from '../ports/clock.js'

dayjs.extend(utc)
dayjs.extend(timezone)

/** All shifts are in the service's own time (domain.md: one time base). */
export const DUTY_ZONE = 'Asia/Shanghai'
const FORMAT = 'YYYY-MM-DD'
const MINUTE = 60_000

export interface Rotation {
  /** Userids in the order they take turns. */
  readonly people: readonly string[]
  /** Days one turn lasts. */
  readonly turnDays: number
}

export interface DutyShift extends Rotation {
  readonly name: string
  /** `HH:mm`; an end that is not later than the begin is on the next day. */
  readonly from: string
  readonly to: string
  /** Of which days it is the shift; a shift that passes midnight belongs to the day it begins on. */
  readonly days: 'every' | 'workdays' | 'days-off'
}

export interface DutyPlan {
  /** First day of everybody's first turn, `YYYY-MM-DD`. */
  readonly anchor: string
  readonly shifts: readonly DutyShift[]
  readonly experts: Rotation
  /** One day of one shift (`experts`: the experts' rotation) is taken by somebody else. */
  readonly swaps: readonly { readonly day: string; readonly shift: string; readonly person: string }[]
  /** Their turn is taken by the next in the rotation; both days included. */
  readonly away: readonly { readonly person: string; readonly from: string; readonly to: string }[]
  /** Days known better than by the public calendar: true works, false is off. */
  readonly holidays: Readonly<Record<string, boolean>>
}

/** The one rota of the service. */
export interface DutyRota {
  readonly id: string
  readonly tenantId: string
  readonly plan: DutyPlan
}

export const EXPERTS = 'experts'

export interface OnDuty {
  readonly shift: string
  readonly userId: string
  readonly from: Instant
  readonly to: Instant
}

/** Undefined where the rota has a gap, which check-rota.ts does not let in. */
export function dutyAt(plan: DutyPlan, calendar: WorkCalendar, at: Instant): OnDuty | undefined {
  const today = localDay(at)
  for (const day of [shiftedDay(today, -1), today])
    for (const shift of plan.shifts) {
      if (!isOf(shift, calendar, day)) continue
      const from = moment(day, shift.from)
      const to = moment(shift.to > shift.from ? day : shiftedDay(day, 1), shift.to)
      if (at < from || at >= to) continue
      const userId = personOn(plan, shift.name, shift, day)
      if (userId !== undefined) return { shift: shift.name, userId, from, to }
    }
  return undefined
}

/** The shift that follows the one of this moment. */
export function nextDuty(plan: DutyPlan, calendar: WorkCalendar, at: Instant): OnDuty | undefined {
  const now = dutyAt(plan, calendar, at)
  return now && dutyAt(plan, calendar, now.to)
}

/** The senior expert of the day: at work in office hours, on call for P1 outside them. */
export function expertAt(plan: DutyPlan, at: Instant): string | undefined {
  return personOn(plan, EXPERTS, plan.experts, localDay(at))
}

/** Undefined when everybody of the rotation is away that day. */
export function personOn(
  plan: Pick<DutyPlan, 'anchor' | 'swaps' | 'away'>,
  shift: string,
  rotation: Rotation,
  day: string,
): string | undefined {
  const swap = plan.swaps.find(item => item.day === day && item.shift === shift)
  if (swap) return swap.person
  const { people, turnDays } = rotation
  const turn = Math.floor(dayjs.utc(day).diff(dayjs.utc(plan.anchor), 'day') / turnDays)
  const isAway = (person: string) => plan.away.some(item => item.person === person && item.from <= day && day <= item.to)
  for (let step = 0; step < people.length; step++) {
    const person = people[(((turn + step) % people.length) + people.length) % people.length]
    if (person !== undefined && !isAway(person)) return person
  }
  return undefined
}

export function shiftedDay(day: string, days: number): string {
  return dayjs.utc(day).add(days, 'day').format(FORMAT)
}

function isOf(shift: DutyShift, calendar: WorkCalendar, day: string): boolean {
  return shift.days === 'every' || calendar.isWorkday(day) === (shift.days === 'workdays')
}

function localDay(at: Instant): string {
  return dayjs(at).tz(DUTY_ZONE).format(FORMAT)
}

function moment(day: string, clock: string): Instant {
  return instant(dayjs.tz(`${day} ${clock}`, DUTY_ZONE).valueOf())
}

/** Minutes after midnight of `HH:mm`. */
export function minuteOf(clock: string): number {
  return (Date.parse(`1970-01-01T${clock}:00Z`) / MINUTE) | 0
}
