// A moment at which something is due that is no ticket: an asset nobody claimed, a finding that has to be repaired. Called in the transaction of the change.
import type { Instant } from '../ports/clock.js'
import type { Tx } from '../ports/transaction.js'
import type { AssetAndFindingKind, Timer } from './timer.js'

const MINUTE = 60_000

export interface Moment {
  readonly tenantId: string
  /** Id of the row it is about. */
  readonly about: string
  /** What people call it, at most 64 characters. */
  readonly subject: string
  readonly kind: AssetAndFindingKind
  readonly dueAt: Instant
  readonly warnAt?: Instant | null
}

/** A second time for the same thing and kind moves it. */
export async function startMoment(tx: Tx, moment: Moment): Promise<void> {
  const row = timerOf(tx, moment)
  if (!(await tx.timers.insertIfAbsent(row))) await tx.timers.update(row.tenantId, { id: row.id }, row)
}

/** Of things that are new in this very transaction. */
export async function startMoments(tx: Tx, moments: readonly Moment[]): Promise<void> {
  await tx.timers.insertMany(moments.map(moment => timerOf(tx, moment)))
}

export async function cancelMoment(tx: Tx, tenantId: string, about: string, ...kinds: readonly AssetAndFindingKind[]): Promise<void> {
  await tx.timers.update(
    tenantId,
    { ticketId: about, kind: { oneOf: kinds }, doneAt: null },
    { doneAt: tx.at, outcome: 'cancelled', warnAt: null },
  )
}

function timerOf(tx: Tx, { tenantId, about, subject, kind, dueAt, warnAt = null }: Moment): Timer {
  return {
    id: `${about}:${kind}`,
    tenantId,
    ticketId: about,
    subject: subject.slice(0, 64),
    kind,
    clock: '24x7',
    startedAt: tx.at,
    minutes: Math.max(0, (Date.parse(dueAt) - Date.parse(tx.at)) / MINUTE),
    dueAt,
    warnAt: warnAt !== null && warnAt > tx.at && warnAt < dueAt ? warnAt : null,
    pausedAt: null,
    pausedMinutes: 0,
    breachedAt: null,
    doneAt: null,
    outcome: null,
  }
}
