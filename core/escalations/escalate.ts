// Asks for a senior expert within the transaction of whatever calls for one (domain.md 5.3); by people through escalation-service.ts, by the
// system from timers, verifications, verdicts and new alerts.
import { serviceCalendar } from '../clocks/ticket-clocks.js'
import { cancel, startSla } from '../clocks/timers.js'
import { expertAt } from '../duty/rota.js'
import { storedPlan } from '../duty/duty-desk.js'
import type { Tx } from '../ports/transaction.js'
import type { Incident } from '../threats/incident.js'
import { finalStates } from '../tickets/incident-states.js'
import type { Ticket } from '../tickets/ticket.js'
import { openEscalations, type Escalation, type EscalationReason } from './escalation.js'

const LONGEST = 500

interface Escalated {
  readonly incident: Incident
  readonly ticket: Ticket
}

interface Why {
  readonly reason: EscalationReason
  readonly words?: string
  /** Userid; the system when absent. */
  readonly by?: string
}

/**
 * A case has one open escalation. What the system has found once is not found again after an expert has dealt with it.
 * @returns undefined when the case is over, or the system has nothing new
 */
export async function escalate(
  tx: Tx,
  { incident, ticket }: Escalated,
  { reason, words = '', by }: Why,
): Promise<{ escalation: Escalation; again: boolean } | undefined> {
  if (finalStates.includes(ticket.state)) return undefined
  const { tenantId } = ticket
  const earlier = await tx.escalations.find(tenantId, { ticketId: ticket.id }, { limit: 100 })
  const open = earlier.find(item => openEscalations.includes(item.state))
  if (open) return { escalation: open, again: true }
  if (by === undefined && earlier.some(item => item.reason === reason)) return undefined
  // A P1 rings at any hour; the others begin with the next working moment.
  const startsAt = ticket.priority === 'P1' || serviceCalendar.isWorkTime(tx.at) ? tx.at : serviceCalendar.addMinutes(tx.at, 0)
  const plan = await storedPlan(tx)
  const escalation: Escalation = {
    id: `${ticket.id}:${earlier.length + 1}`,
    tenantId,
    ticketId: ticket.id,
    subject: incident.number,
    state: 'requested',
    reason,
    words: words.slice(0, LONGEST),
    requestedBy: by ?? 'system',
    requestedAt: tx.at,
    startsAt,
    expert: (plan && expertAt(plan, startsAt)) ?? null,
    acceptedBy: null,
    acceptedAt: null,
    endedAt: null,
    outcome: null,
  }
  if (!(await tx.escalations.insertIfAbsent(escalation)))
    return { escalation: (await tx.escalations.get(tenantId, escalation.id)) ?? escalation, again: true }
  await startSla(tx, serviceCalendar, ticket, incident.number, 'expert')
  tx.audit({
    tenantId,
    actor: escalation.requestedBy,
    action: 'escalation.requested',
    subject: incident.number,
    details: { reason, words: escalation.words, startsAt, expert: escalation.expert },
    traceId: incident.traceId,
  })
  call(tx, escalation)
  return { escalation, again: false }
}

/** Said in the expert room when its time has come; the push rings whoever is on duty then. */
function call(tx: Tx, { id, tenantId, startsAt }: Escalation): void {
  tx.announce({
    tenantId,
    kind: 'escalation-requested',
    refs: { escalationId: id },
    key: `escalation:${id}:${startsAt}`,
    dueAt: startsAt,
  })
}

/** The case became a P1 while its escalation waited for office hours. */
export async function hurryEscalation(tx: Tx, ticket: Ticket): Promise<void> {
  if (ticket.priority !== 'P1') return
  const waiting = (await tx.escalations.find(ticket.tenantId, { ticketId: ticket.id, state: 'requested' }, { limit: 1 }))[0]
  if (!waiting || waiting.startsAt <= tx.at) return
  const plan = await storedPlan(tx)
  const set = { startsAt: tx.at, expert: (plan && expertAt(plan, tx.at)) ?? null }
  await tx.escalations.update(ticket.tenantId, { id: waiting.id, state: 'requested' }, set)
  call(tx, { ...waiting, ...set })
}

/** A case that is over needs no expert any more. */
export async function endEscalations(tx: Tx, ticket: Ticket): Promise<void> {
  const ended = await tx.escalations.update(
    ticket.tenantId,
    { ticketId: ticket.id, state: { oneOf: [...openEscalations] } },
    { state: 'resolved', endedAt: tx.at, outcome: '事件已结束' },
  )
  if (ended > 0) await cancel(tx, ticket, 'expert')
}

/** Kinds of events that always want an expert, and alerts that name a group of attackers. */
export function isGraveEvent({ eventType }: Pick<Incident, 'eventType'>, titles: readonly string[]): boolean {
  return (
    eventType === 'ransomware' || eventType === 'data_exfiltration' || titles.some(title => /(?<![A-Za-z])APT(?![A-Za-z])/i.test(title))
  )
}

/** From this value on an asset is one of the core (1–5). */
export const CORE_VALUE = 5
