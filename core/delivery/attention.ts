// The attention budget (domain.md 18.2): whether a message goes now, waits for a digest, or is not wanted. Pure; asked for every message that is not an answer.
import dayjs from 'dayjs'
import timezone from 'dayjs/plugin/timezone.js'
import utc from 'dayjs/plugin/utc.js'
import type { Priority } from '../tickets/ticket.js'

dayjs.extend(utc)
dayjs.extend(timezone)

export interface Preference {
  /** Kinds of messages (event types) not wanted here. */
  readonly muted: readonly string[]
  /** Only these and graver ones are told at once; the others go into the digest. */
  readonly atOnce: Priority
  /** `HH:mm-HH:mm` in the tenant's zone; null: never quiet. */
  readonly quiet: string | null
  /** What passes in quiet hours. */
  readonly wakes: Priority
  /** Messages at once that are not P1: per hour and per day. */
  readonly perHour: number
  readonly perDay: number
}

/** What one person wants to be told directly; see personal.ts. */
export interface PersonalPreference {
  /** Kinds of messages (event types) not wanted. */
  readonly muted: readonly string[]
  /** Only these and graver ones. */
  readonly atLeast: Priority
  /** `HH:mm-HH:mm` in the tenant's zone; null: never quiet. */
  readonly quiet: string | null
  /** What passes in quiet hours. */
  readonly wakes: Priority
  /** `mail`: what would come by the application comes by mail, and grave reports are mailed as well. */
  readonly channel: 'app' | 'mail'
}

export const defaultPreference: Preference = { muted: [], atOnce: 'P3', quiet: '22:00-08:00', wakes: 'P1', perHour: 6, perDay: 30 }

export interface Asked {
  /** The gravest thing it is about; null for what belongs to a running case or was asked for (requests for leave, results). */
  readonly level: Priority | null
  /** Event type, for muting. */
  readonly topic: string
  readonly now: number
  readonly zone: string
  /** Messages at once that were not P1, sent to this group in the last hour and since local midnight. */
  readonly sentLastHour: number
  readonly sentToday: number
}

export type Attention =
  | { readonly way: 'now' }
  /** `until`: when the digest may be made at the earliest (milliseconds). */
  | { readonly way: 'hold'; readonly why: 'quiet-hours' | 'hour-budget' | 'day-budget' | 'low-level'; readonly until: number }
  | { readonly way: 'drop'; readonly why: 'muted' }

/** What exceeds the budget is told in one message so often (milliseconds); group_interval of domain.md 18.2. */
const MERGE_EVERY = 300_000

const order: readonly Priority[] = ['P1', 'P2', 'P3', 'P4']
const graveEnough = (level: Priority, bar: Priority) => order.indexOf(level) <= order.indexOf(bar)

export function attention(asked: Asked, preference: Preference): Attention {
  const { level, now, zone } = asked
  if (level === null || level === 'P1') return { way: 'now' }
  if (preference.muted.includes(asked.topic)) return { way: 'drop', why: 'muted' }
  const { quiet } = preference
  /** Not before the quiet hours this would fall into have ended: a digest rings like any message. */
  const loud = (at: number) => (quiet === null || graveEnough(level, preference.wakes) ? at : (quietEnd(quiet, at, zone) ?? at))
  if (loud(now) !== now) return { way: 'hold', why: 'quiet-hours', until: loud(now) }
  if (!graveEnough(level, preference.atOnce)) return { way: 'hold', why: 'low-level', until: loud(nextMorning(now, zone)) }
  if (asked.sentToday >= preference.perDay) return { way: 'hold', why: 'day-budget', until: loud(now + 6 * MERGE_EVERY) }
  if (asked.sentLastHour >= preference.perHour) return { way: 'hold', why: 'hour-budget', until: loud(now + MERGE_EVERY) }
  return { way: 'now' }
}

/** End of the quiet span `now` lies in; undefined when it lies in none. */
export function quietEnd(span: string, now: number, zone: string): number | undefined {
  const [from = '', to = ''] = span.split('-')
  const local = dayjs(now).tz(zone)
  const time = local.format('HH:mm')
  const within = from <= to ? time >= from && time < to : time >= from || time < to
  if (!within) return undefined
  const [hour = 0, minute = 0] = to.split(':').map(Number)
  const end = local.startOf('day').hour(hour).minute(minute)
  return (end.valueOf() > now ? end : end.add(1, 'day')).valueOf()
}

function nextMorning(now: number, zone: string): number {
  const eight = dayjs(now).tz(zone).startOf('day').hour(8)
  return (eight.valueOf() > now ? eight : eight.add(1, 'day')).valueOf()
}
