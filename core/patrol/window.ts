// Windows in which scanning is allowed, as letters and strategies write them (`22:00-06:00`, in the customer's zone). Pure.
import dayjs from 'dayjs'
import timezone from 'dayjs/plugin/timezone.js'
import utc from 'dayjs/plugin/utc.js'

dayjs.extend(utc)
dayjs.extend(timezone)

const WINDOW = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]|24):([0-5]\d)$/

export interface Opening {
  readonly open: boolean
  /** Milliseconds since 1970: when it closes if open, else when it opens next. */
  readonly until: number
}

/** Without a window it is always open. What cannot be read is never open. */
export function openingAt(window: string | null, at: number, zone: string): Opening {
  if (window === null) return { open: true, until: Number.MAX_SAFE_INTEGER }
  const [, fromHour = '', fromMinute = '', toHour = '', toMinute = ''] = WINDOW.exec(window) ?? []
  if (fromHour === '') return { open: false, until: Number.MAX_SAFE_INTEGER }
  const from = Number(fromHour) * 60 + Number(fromMinute)
  const to = Number(toHour) * 60 + Number(toMinute)
  const local = dayjs(at).tz(zone)
  // Yesterday's window may reach into today; clock changes move its ends with the local clock.
  for (const day of [-1, 0, 1]) {
    const begin = local.add(day, 'day').startOf('day')
    const opens = atMinutes(begin, from)
    const closes = to > from ? atMinutes(begin, to) : atMinutes(begin.add(1, 'day').startOf('day'), to)
    if (at >= opens && at < closes) return { open: true, until: closes }
    if (at < opens) return { open: false, until: opens }
  }
  return { open: false, until: at + 86_400_000 }
}

function atMinutes(day: dayjs.Dayjs, minutes: number): number {
  return day
    .add(Math.floor(minutes / 60), 'hour')
    .add(minutes % 60, 'minute')
    .valueOf()
}
