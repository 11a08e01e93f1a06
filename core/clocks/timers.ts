// Starts, pauses, meets and cancels timers inside the transaction of the change; nothing here decides what a change means (ticket-clocks.ts does).
import type { Instant } from '../ports/clock.js'
import { instant } from '../ports/clock.js'
import type { Tx } from '../ports/transaction.js'
import { pausable, slaPolicy, WARN_SHARE, type ClockKind, type SlaMetric } from './sla-policy.js'
import type { Timer, TimerKind } from './timer.js'
import type { WorkCalendar } from './work-calendar.js'
import type { Ticket } from '../tickets/ticket.js'

const MINUTE = 60_000
const isPausable = (kind: TimerKind): boolean => (pausable as readonly TimerKind[]).includes(kind)

/** What a clock counts between two moments, in minutes. */
export function minutesOn(clock: ClockKind, calendar: WorkCalendar, from: Instant, to: Instant): number {
  return clock === '5x8' ? calendar.minutesBetween(from, to) : Math.max(0, (Date.parse(to) - Date.parse(from)) / MINUTE)
}

export function plusMinutes(clock: ClockKind, calendar: WorkCalendar, from: Instant, minutes: number): Instant {
  return clock === '5x8' ? calendar.addMinutes(from, minutes) : instant(Date.parse(from) + minutes * MINUTE)
}

/** Starts the clock of a promise anew from `from`, for the ticket's priority; does nothing where nothing is promised. */
export async function startSla(
  tx: Tx,
  calendar: WorkCalendar,
  ticket: Ticket,
  subject: string,
  metric: SlaMetric,
  already: { readonly from?: Instant; readonly pausedMinutes?: number } = {},
): Promise<void> {
  const target = slaPolicy[metric][ticket.priority]
  if (!target) return cancel(tx, ticket, metric)
  const { clock, minutes } = target
  const { from = tx.at, pausedMinutes = 0 } = already
  await putTimer(tx, {
    ticket,
    subject,
    kind: metric,
    clock,
    minutes,
    from,
    pausedMinutes,
    dueAt: plusMinutes(clock, calendar, from, minutes + pausedMinutes),
    warnAt: plusMinutes(clock, calendar, from, minutes * WARN_SHARE + pausedMinutes),
  })
}

/** Something that is to happen at a moment. */
export async function startWaking(
  tx: Tx,
  ticket: Pick<Ticket, 'id' | 'tenantId'>,
  subject: string,
  kind: TimerKind,
  dueAt: Instant,
  warnAt: Instant | null = null,
): Promise<void> {
  const minutes = (Date.parse(dueAt) - Date.parse(tx.at)) / MINUTE
  await putTimer(tx, { ticket, subject, kind, clock: '24x7', minutes, from: tx.at, pausedMinutes: 0, dueAt, warnAt })
}

interface NewTimer {
  readonly ticket: Pick<Ticket, 'id' | 'tenantId'>
  readonly subject: string
  readonly kind: TimerKind
  readonly clock: ClockKind
  readonly minutes: number
  readonly from: Instant
  readonly pausedMinutes: number
  readonly dueAt: Instant
  readonly warnAt: Instant | null
}

async function putTimer(tx: Tx, { ticket, subject, kind, from, ...times }: NewTimer): Promise<void> {
  const fresh = {
    ...times,
    subject,
    startedAt: from,
    pausedAt: null,
    breachedAt: null,
    doneAt: null,
    outcome: null,
  }
  const id = `${ticket.id}:${kind}`
  const row: Timer = { id, tenantId: ticket.tenantId, ticketId: ticket.id, kind, ...fresh }
  if (!(await tx.timers.insertIfAbsent(row))) await tx.timers.update(ticket.tenantId, { id }, fresh)
}

/** What was promised is done; a second time changes nothing. */
export async function meet(tx: Tx, ticket: Pick<Ticket, 'id' | 'tenantId'>, ...kinds: readonly TimerKind[]): Promise<void> {
  await end(tx, ticket, kinds, 'met')
}

export async function cancel(tx: Tx, ticket: Ticket, ...kinds: readonly TimerKind[]): Promise<void> {
  await end(tx, ticket, kinds, 'cancelled')
}

async function end(
  tx: Tx,
  ticket: Pick<Ticket, 'id' | 'tenantId'>,
  kinds: readonly TimerKind[],
  outcome: 'met' | 'cancelled',
): Promise<void> {
  await tx.timers.update(
    ticket.tenantId,
    { ticketId: ticket.id, kind: { oneOf: [...kinds] }, doneAt: null },
    { doneAt: tx.at, outcome, pausedAt: null, warnAt: null },
  )
}

/** The customer is waited for, or the ticket sleeps: what may pause stands still. */
export async function pause(tx: Tx, ticket: Ticket): Promise<void> {
  await tx.timers.update(
    ticket.tenantId,
    { ticketId: ticket.id, kind: { oneOf: [...pausable] }, doneAt: null, pausedAt: null },
    { pausedAt: tx.at },
  )
}

/** What stood still runs on, its end later by as long as it stood. */
export async function resume(tx: Tx, calendar: WorkCalendar, ticket: Ticket): Promise<void> {
  const resting = await tx.timers.find(ticket.tenantId, { ticketId: ticket.id, doneAt: null, pausedAt: { not: null } })
  for (const timer of resting.filter(({ kind }) => isPausable(kind))) {
    const stood = minutesOn(timer.clock, calendar, timer.pausedAt!, tx.at)
    const pausedMinutes = timer.pausedMinutes + stood
    const end = plusMinutes(timer.clock, calendar, timer.startedAt, timer.minutes + pausedMinutes)
    const warnAt =
      timer.warnAt === null ? null : plusMinutes(timer.clock, calendar, timer.startedAt, timer.minutes * WARN_SHARE + pausedMinutes)
    await tx.timers.update(ticket.tenantId, { id: timer.id }, { pausedAt: null, pausedMinutes, dueAt: end, warnAt })
  }
}
