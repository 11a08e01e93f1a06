// Finds clocks that should run and do not, timers nobody ran and escalations nobody has, and puts right what it can; run by the job `audit-duty`.
import { expectedClocks, serviceCalendar } from '../clocks/ticket-clocks.js'
import { pausable, slaMetrics, type SlaMetric } from '../clocks/sla-policy.js'
import type { Timer, TimerKind } from '../clocks/timer.js'
import { startSla, startWaking } from '../clocks/timers.js'
import { instant } from '../ports/clock.js'
import type { Transactions, Tx } from '../ports/transaction.js'
import { PLATFORM } from '../tenants/tenant.js'
import { openStates } from '../tickets/incident-states.js'
import type { Ticket } from '../tickets/ticket.js'
import { expertAt } from './rota.js'
import { storedPlan } from './duty-desk.js'

/** A timer is run every second: after a minute the loop is dead (milliseconds). */
const LATE = 60_000
const TOGETHER = 100
const MOST = 20_000

export interface Audited {
  readonly lost: number
  readonly late: number
  readonly orphaned: number
}

export async function auditClocks(transactions: Transactions, tenantId: string, now: number): Promise<Audited> {
  const { tickets, running, late } = await transactions.read(async t => ({
    tickets: await t.tickets.find(tenantId, { state: { oneOf: [...openStates, 'accepted_risk'] } }, { limit: MOST }),
    running: await t.timers.find(tenantId, { doneAt: null }, { limit: 10 * MOST }),
    late: await t.timers.count(tenantId, { doneAt: null, pausedAt: null, breachedAt: null, dueAt: { atMost: instant(now - LATE) } }),
  }))
  const kinds = new Map<string, Set<TimerKind>>()
  for (const { ticketId, kind } of running) kinds.set(ticketId, (kinds.get(ticketId) ?? new Set()).add(kind))
  const suspects = tickets.filter(ticket => expectedClocks(ticket).some(kind => !kinds.get(ticket.id)?.has(kind)))
  let lost = 0
  for (let at = 0; at < suspects.length; at += TOGETHER) {
    const ids = suspects.slice(at, at + TOGETHER).map(ticket => ticket.id)
    lost += await transactions.run(async tx => {
      let restored = 0
      // As they are now: what was moved since has its clocks.
      for (const ticket of await tx.tickets.find(tenantId, { id: { oneOf: ids } })) restored += await restore(tx, ticket)
      return restored
    })
  }
  lost += await transactions.run(tx => restoreOthers(tx, tenantId))
  const orphaned = await transactions.run(tx => assignOrphans(tx, tenantId))
  if (lost + late > 0) await transactions.run(tx => Promise.resolve(tell(tx, tenantId, { lost, late })))
  return { lost, late, orphaned }
}

async function restore(tx: Tx, ticket: Ticket): Promise<number> {
  const timers = await tx.timers.find(ticket.tenantId, { ticketId: ticket.id, doneAt: null })
  const missing = expectedClocks(ticket).filter(kind => !timers.some(timer => timer.kind === kind))
  if (missing.length === 0) return 0
  const incident = await tx.incidents.get(ticket.tenantId, ticket.subjectId)
  const entered = await tx.transitions.first(
    ticket.tenantId,
    { ticketId: ticket.id, to: ticket.state },
    { order: { at: 'desc', id: 'desc' } },
  )
  if (!incident) return 0
  const since = entered?.at ?? ticket.createdAt
  for (const kind of missing) {
    if (isSla(kind)) {
      const from = kind === 'close' || kind === 'ack' ? ticket.createdAt : since
      await startSla(tx, serviceCalendar, ticket, incident.number, kind, { from })
      const rests = ticket.state === 'awaiting_customer' || ticket.state === 'suspended'
      if (rests && pausable.includes(kind)) await tx.timers.update(ticket.tenantId, { id: `${ticket.id}:${kind}` }, { pausedAt: since })
    } else {
      // The end was written into the transition; where it was not, somebody looks now rather than never.
      const until = entered?.evidence.find(item => item.until !== undefined)?.until ?? tx.at
      await startWaking(tx, ticket, incident.number, kind, until)
    }
  }
  return missing.length
}

/** Clocks that hang on other rows than the ticket's state: the law's countdown and the expert's coming. */
async function restoreOthers(tx: Tx, tenantId: string): Promise<number> {
  let restored = 0
  const has = async (ticketId: string, kind: TimerKind): Promise<Timer | undefined> => tx.timers.get(tenantId, `${ticketId}:${kind}`)
  const cases = await tx.regulatoryCases.find(tenantId, { state: { not: 'decided' }, dueAt: { not: null } }, { limit: 1_000 })
  for (const item of cases) {
    const ticket = item.dueAt === null || (await has(item.id, 'regulatory_report')) ? undefined : await tx.tickets.get(tenantId, item.id)
    if (!ticket || item.dueAt === null) continue
    await startWaking(tx, ticket, item.subject, 'regulatory_report', item.dueAt)
    restored++
  }
  for (const item of await tx.escalations.find(tenantId, { state: 'requested' }, { limit: 1_000 })) {
    const timer = await has(item.ticketId, 'expert')
    const ticket = timer && timer.doneAt === null ? undefined : await tx.tickets.get(tenantId, item.ticketId)
    if (!ticket) continue
    await startSla(tx, serviceCalendar, ticket, item.subject, 'expert', { from: item.requestedAt })
    restored++
  }
  return restored
}

/** An escalation nobody is on duty for gets who is on duty now; where there is nobody, that is news. */
async function assignOrphans(tx: Tx, tenantId: string): Promise<number> {
  const waiting = await tx.escalations.find(tenantId, { state: 'requested', startsAt: { atMost: tx.at } }, { limit: 1_000 })
  if (waiting.length === 0) return 0
  const experts = new Set((await tx.people.find(PLATFORM, { role: 'senior_expert' }, { limit: 500 })).map(person => person.userId))
  const orphans = waiting.filter(item => item.expert === null || !experts.has(item.expert))
  if (orphans.length === 0) return 0
  const plan = await storedPlan(tx)
  const expert = plan && expertAt(plan, tx.at)
  for (const { id } of expert !== undefined && experts.has(expert) ? orphans : []) {
    await tx.escalations.update(tenantId, { id, state: 'requested' }, { expert: expert! })
    tx.announce({ tenantId, kind: 'escalation-requested', refs: { escalationId: id }, key: `escalation:${id}:${expert}:${tx.at}` })
  }
  if (expert === undefined || !experts.has(expert)) {
    const subjects = orphans.slice(0, 5).map(item => item.subject)
    const refs = { what: 'orphaned', count: String(orphans.length), subjects: subjects.join('、') }
    tx.announce({ tenantId, kind: 'clocks-missing', refs, key: `orphaned:${tenantId}:${tx.at.slice(0, 13)}` })
  }
  return orphans.length
}

function tell(tx: Tx, tenantId: string, found: Pick<Audited, 'lost' | 'late'>): void {
  for (const what of ['lost', 'late'] as const)
    if (found[what] > 0)
      tx.announce({
        tenantId,
        kind: 'clocks-missing',
        refs: { what, count: String(found[what]) },
        key: `clocks-${what}:${tenantId}:${tx.at.slice(0, 13)}`,
      })
}

function isSla(kind: TimerKind): kind is SlaMetric {
  return (slaMetrics as readonly string[]).includes(kind)
}
