// Which clocks a ticket's change starts, stops and pauses (domain.md 6.1): one table, asked by moveTicket and by whoever opens a ticket.
import type { Tx } from '../ports/transaction.js'
import { finalStates } from '../tickets/incident-states.js'
import type { IncidentState, Ticket } from '../tickets/ticket.js'
import { plusSeconds } from '../ports/clock.js'
import { REPORTED_FROM, SUMMARY_DAYS } from '../regulatory/grade.js'
import { slaMetrics, slaPolicy, type SlaMetric } from './sla-policy.js'
import { cancel, meet, pause, resume, startSla, startWaking } from './timers.js'
import type { TimerKind } from './timer.js'
import { WorkCalendar } from './work-calendar.js'

/** Statutory holidays, office hours of the service. */
export const serviceCalendar = new WorkCalendar()

interface Effect {
  readonly meets?: readonly SlaMetric[]
  readonly starts?: readonly SlaMetric[]
  readonly cancels?: readonly SlaMetric[]
}

/** By the state that is entered. */
const effects: Readonly<Partial<Record<IncidentState, Effect>>> = {
  triaging: { meets: ['ack'], starts: ['verdict'] },
  confirmed: { meets: ['ack', 'verdict'], starts: ['plan'], cancels: ['chase', 'contain'] },
  awaiting_customer: { meets: ['plan'], starts: ['chase'] },
  containing: { meets: ['plan', 'chase'], starts: ['contain', 'update'] },
  eradicating: { meets: ['contain', 'plan'], starts: ['update'], cancels: ['chase'] },
  recovering: { starts: ['update'] },
  verifying: { starts: ['update'] },
  observing: { cancels: ['update'] },
  reviewing: { meets: ['plan'], cancels: ['update', 'chase', 'contain'] },
  closed: { meets: ['close'] },
}

const resting: readonly IncidentState[] = ['awaiting_customer', 'suspended']

/** A new ticket: nobody has it yet. */
export async function clocksOfNew(tx: Tx, ticket: Ticket, subject: string): Promise<void> {
  for (const metric of ['ack', 'first_notice', 'close'] as const) await startSla(tx, serviceCalendar, ticket, subject, metric)
}

/** Written in the transaction of the move. */
export async function clocksOfMove(tx: Tx, before: Ticket, after: Ticket, subject: string): Promise<void> {
  const { meets = [], starts = [], cancels = [] } = effects[after.state] ?? {}
  if (resting.includes(before.state) && !resting.includes(after.state)) await resume(tx, serviceCalendar, after)
  if (before.state === 'suspended') await meet(tx, after, 'wake')
  if (before.state === 'accepted_risk') await meet(tx, after, 'acceptance_ending', 'acceptance_ended')
  if (meets.length > 0) await meet(tx, after, ...meets)
  if (cancels.length > 0) await cancel(tx, after, ...cancels)
  for (const metric of starts) await startSla(tx, serviceCalendar, after, subject, metric)
  if (before.state === 'awaiting_customer') await cancel(tx, after, 'chase_owner')
  if (after.state === 'closed') await summaryAfter(tx, after, subject)
  if (finalStates.includes(before.state) && !finalStates.includes(after.state)) await startSla(tx, serviceCalendar, after, subject, 'close')
  if (finalStates.includes(after.state)) await cancel(tx, after, ...slaMetrics, 'wake')
  else if (resting.includes(after.state)) await pause(tx, after)
  for (const kind of actsOf(before, after)) await startWaking(tx, after, subject, kind, tx.at)
}

/** What is done next by a timer, as it needs more than the transaction of the move: playbooks, war rooms, reports. */
function actsOf(before: Ticket, { state, priority }: Ticket): readonly TimerKind[] {
  const grave = priority === 'P1' || priority === 'P2'
  if (before.state === 'triaging' && state === 'confirmed' && grave)
    return priority === 'P1' ? ['playbook_start', 'war_room'] : ['playbook_start']
  if (state === 'closed') return priority === 'P1' ? ['playbook_review', 'incident_report'] : ['playbook_review']
  return []
}

const DAY = 86_400
const REMINDED_DAYS = 7

/** What had to be reported is summed up after the handling (domain.md 7). */
async function summaryAfter(tx: Tx, ticket: Ticket, subject: string): Promise<void> {
  const regulatory = await tx.regulatoryCases.get(ticket.tenantId, ticket.id)
  if (!regulatory || regulatory.grade > REPORTED_FROM) return
  const due = plusSeconds(tx.at, SUMMARY_DAYS * DAY)
  await startWaking(tx, ticket, subject, 'regulatory_summary', due, plusSeconds(due, -REMINDED_DAYS * DAY))
}

/** What should be running for a ticket as it stands; asked by the auditor, which starts again what was lost. */
export function expectedClocks({ state, priority }: Pick<Ticket, 'state' | 'priority'>): TimerKind[] {
  if (finalStates.includes(state)) return state === 'accepted_risk' ? ['acceptance_ended'] : []
  const own: readonly SlaMetric[] = state === 'new' ? ['ack'] : (effects[state]?.starts ?? [])
  const promised = [...own, 'close' as const].filter(metric => slaPolicy[metric][priority] !== undefined)
  return state === 'suspended' ? [...promised, 'wake'] : promised
}

/** Another priority promises other times; what was begun counts from when it began. */
export async function clocksOfRegrade(tx: Tx, after: Ticket, subject: string): Promise<void> {
  const running = await tx.timers.find(after.tenantId, { ticketId: after.id, doneAt: null })
  for (const { kind, startedAt: from, pausedMinutes } of running)
    if ((slaMetrics as readonly string[]).includes(kind))
      await startSla(tx, serviceCalendar, after, subject, kind as SlaMetric, { from, pausedMinutes })
}
