// Does what is due: warns before a promise is broken, says when it was, wakes what sleeps. Run every second by the scheduler, across tenants.
// A row is changed conditionally in the transaction of what it causes, so nothing is said twice and a crash only delays.
import { becomeShadow } from '../assets/asset-clock.js'
import { isAppError } from '../errors.js'
import { escalate } from '../escalations/escalate.js'
import { endHold, findingOverdue, remindOfFinding } from '../findings/finding-clock.js'
import { instant, plusSeconds, type Clock } from '../ports/clock.js'
import type { Logger } from '../ports/logger.js'
import type { Transactions, Tx } from '../ports/transaction.js'
import type { TicketChanges } from '../tickets/ticket-changes.js'
import { slaMetrics, type SlaMetric } from './sla-policy.js'
import { serviceCalendar } from './ticket-clocks.js'
import type { Timer, TimerKind } from './timer.js'
import { startSla, startWaking } from './timers.js'

const BATCH = 200

interface Needs {
  readonly transactions: Transactions
  readonly changes: TicketChanges
  /** What else is due at a moment, by kind; each may run twice. */
  readonly others?: Partial<Readonly<Record<TimerKind, (timer: Timer) => Promise<void>>>>
  readonly clock: Clock
  readonly logger: Logger
}

export class TimerService {
  constructor(private readonly needs: Needs) {}

  /** @returns how many were due */
  async runDue(): Promise<number> {
    const { transactions, clock, logger } = this.needs
    const now = instant(clock.now())
    const [due, warnings] = await transactions.read(async t => [
      await t.timers.acrossTenantsFind(
        { doneAt: null, pausedAt: null, breachedAt: null, dueAt: { atMost: now } },
        { order: { dueAt: 'asc' }, limit: BATCH },
      ),
      await t.timers.acrossTenantsFind(
        { doneAt: null, pausedAt: null, breachedAt: null, warnAt: { atMost: now }, dueAt: { not: now } },
        { order: { warnAt: 'asc' }, limit: BATCH },
      ),
    ])
    const late = new Set(due.map(({ id }) => id))
    const work = [
      ...due.map(timer => ({ timer, act: () => this.ring(timer) })),
      ...warnings.filter(({ id }) => !late.has(id)).map(timer => ({ timer, act: () => this.warn(timer) })),
    ]
    for (const { timer, act } of work) {
      try {
        await act()
      } catch (error) {
        logger.error({ error, timer: timer.id, tenantId: timer.tenantId }, 'a timer could not be run')
      }
    }
    return work.length
  }

  private async ring(timer: Timer): Promise<void> {
    const { transactions, changes } = this.needs
    if (isSla(timer)) return transactions.run(tx => breach(tx, timer))
    const moment = moments[timer.kind]
    if (moment)
      return transactions.run(async tx => {
        if (await isSettled(tx, timer)) await moment(tx, timer)
      })
    try {
      // Leaving the state ends the timer in the same transaction (ticket-clocks.ts).
      if (timer.kind === 'wake') return void (await changes.wake(undefined, timer.tenantId, timer.subject))
      if (timer.kind === 'acceptance_ended') return await changes.endAcceptance(timer.tenantId, timer.subject)
      await this.needs.others?.[timer.kind]?.(timer)
    } catch (error) {
      // It left that state by another way.
      if (!isAppError(error) || error.code !== 'TRANSITION_NOT_ALLOWED') throw error
    }
    await transactions.run(tx => settle(tx, timer))
  }

  private async warn(timer: Timer): Promise<void> {
    await this.needs.transactions.run(async tx => {
      const warned = await tx.timers.update(timer.tenantId, { id: timer.id, warnAt: timer.warnAt, doneAt: null }, { warnAt: null })
      if (warned === 0 || (await isMet(tx, timer))) return
      if (moments[timer.kind]) return remindOfFinding(tx, timer)
      const { ticketId, kind, dueAt, subject } = timer
      if (kind === 'regulatory_report' || kind === 'regulatory_summary') {
        const refs = { ticketId, stage: kind === 'regulatory_report' ? 'half' : 'summary' }
        tx.announce({ tenantId: timer.tenantId, kind: 'regulatory-countdown', refs, key: `${kind}-warning:${timer.id}:${dueAt}` })
        return
      }
      tx.announce({
        tenantId: timer.tenantId,
        kind: 'sla-warning',
        refs: { ticketId, metric: kind, dueAt, subject },
        key: `sla-warning:${timer.id}:${dueAt}`,
      })
    })
  }
}

function isSla(timer: Timer): timer is Timer & { kind: SlaMetric } {
  return (slaMetrics as readonly string[]).includes(timer.kind)
}

async function breach(tx: Tx, timer: Timer & { kind: SlaMetric }): Promise<void> {
  const { id, tenantId, ticketId, kind, dueAt, subject } = timer
  const changed = await tx.timers.update(
    tenantId,
    { id, dueAt, doneAt: null, pausedAt: null, breachedAt: null },
    { breachedAt: tx.at, warnAt: null },
  )
  if (changed === 0 || (await isMet(tx, timer))) return
  tx.announce({ tenantId, kind: 'sla-breached', refs: { ticketId, metric: kind, dueAt, subject }, key: `sla-breached:${id}:${dueAt}` })
  await followUp(tx, timer)
  // Progress is owed again and again.
  const ticket = await tx.tickets.get(tenantId, ticketId)
  if (kind === 'update' && ticket) await startSla(tx, serviceCalendar, ticket, subject, 'update')
}

const MINUTE = 60
/** After so many minutes without a word about a P1 the customer's owner is rung (domain.md 17, rule 5). */
const OWNER_AFTER = 30 * MINUTE

/** What a broken promise sets going besides being told. */
async function followUp(tx: Tx, { tenantId, ticketId, kind, subject, dueAt, startedAt }: Timer & { kind: SlaMetric }): Promise<void> {
  const ticket = await tx.tickets.get(tenantId, ticketId)
  const incident = ticket && (await tx.incidents.get(tenantId, ticket.subjectId))
  if (!ticket || !incident) return
  if (kind === 'verdict') await escalate(tx, { incident, ticket }, { reason: 'verdict-overdue' })
  if (kind === 'expert')
    tx.announce({ tenantId, kind: 'escalation-overdue', refs: { ticketId, dueAt }, key: `expert-overdue:${ticketId}:${dueAt}` })
  if (kind !== 'chase' || ticket.state !== 'awaiting_customer') return
  tx.announce({ tenantId, kind: 'customer-chased', refs: { ticketId, stage: 'approver' }, key: `chased:${ticketId}:${dueAt}` })
  const owner = plusSeconds(startedAt, OWNER_AFTER)
  if (ticket.priority === 'P1') await startWaking(tx, ticket, subject, 'chase_owner', owner > tx.at ? owner : tx.at)
}

/** A first report is met by its being told, which the pushes write into the incident. */
async function isMet(tx: Tx, timer: Timer): Promise<boolean> {
  if (timer.kind !== 'first_notice') return false
  const ticket = await tx.tickets.get(timer.tenantId, timer.ticketId)
  const incident = ticket && (await tx.incidents.get(timer.tenantId, ticket.subjectId))
  if (!incident?.firstReportedAt) return false
  const inTime = incident.firstReportedAt <= timer.dueAt
  await tx.timers.update(
    timer.tenantId,
    { id: timer.id },
    { doneAt: incident.firstReportedAt, outcome: 'met', warnAt: null, ...(inTime ? { breachedAt: null } : {}) },
  )
  return inTime
}

/** What is no ticket rings its own way, in the transaction that settles the timer. */
const moments: Partial<Record<TimerKind, (tx: Tx, timer: Timer) => Promise<void>>> = {
  asset_unclaimed: becomeShadow,
  finding_due: findingOverdue,
  finding_holds: endHold,
}

/** False when another process was faster, or it was moved meanwhile. */
async function isSettled(tx: Tx, { id, tenantId, dueAt }: Timer): Promise<boolean> {
  return (await tx.timers.update(tenantId, { id, dueAt, doneAt: null }, { doneAt: tx.at, outcome: 'met', warnAt: null })) > 0
}

async function settle(tx: Tx, timer: Timer): Promise<void> {
  const { tenantId, ticketId, kind, id, subject } = timer
  if (!(await isSettled(tx, timer))) return
  if (kind === 'chase_owner')
    tx.announce({ tenantId, kind: 'customer-chased', refs: { ticketId, stage: 'owner' }, key: `chased-owner:${id}:${timer.dueAt}` })
  if (kind === 'regulatory_report' || kind === 'regulatory_summary')
    tx.announce({
      tenantId,
      kind: 'regulatory-countdown',
      refs: { ticketId, stage: kind === 'regulatory_report' ? 'due' : 'summary-due' },
      key: `${kind}:${id}:${timer.dueAt}`,
    })
  if (kind === 'acceptance_ending')
    tx.announce({ tenantId, kind: 'acceptance-ending', refs: { ticketId, subject }, key: `acceptance-ending:${id}:${timer.dueAt}` })
}
