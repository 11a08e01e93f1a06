// Times as people read them, in the customer's zone; every sentence, card and report writes them by these.
import dayjs from 'dayjs'
import timezone from 'dayjs/plugin/timezone.js'
import utc from 'dayjs/plugin/utc.js'
import type { Instant } from '../ports/clock.js'

dayjs.extend(utc)
dayjs.extend(timezone)

/** `11-26 08:30`. */
export const localMoment = (at: Instant, zone: string): string => dayjs(at).tz(zone).format('MM-DD HH:mm')

/** `08:30`. */
export const localTime = (at: Instant, zone: string): string => dayjs(at).tz(zone).format('HH:mm')

/** `2026-11-26`. */
export const localDay = (at: Instant, zone: string): string => dayjs(at).tz(zone).format('YYYY-MM-DD')

/** Milliseconds at which a local day (`YYYY-MM-DD`) begins, and at which the next one does. */
export function daySpan(first: string, last: string, zone: string): { readonly from: number; readonly to: number } {
  return { from: dayjs.tz(first, zone).valueOf(), to: dayjs.tz(last, zone).add(1, 'day').startOf('day').valueOf() }
}
