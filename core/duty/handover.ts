// What one shift leaves to the next, across all customers; said by the push `shift-changed`.
import { slaMetrics } from '../clocks/sla-policy.js'
import type { Timer } from '../clocks/timer.js'
import type { Instant } from '../ports/clock.js'
import type { Tables } from '../ports/transaction.js'
import type { Priority } from '../threats/terms.js'
import { openStates } from '../tickets/incident-states.js'

const MOST = 5_000

export interface Handover {
  readonly open: number
  readonly byPriority: Readonly<Record<Priority, number>>
  readonly unclaimed: number
  /** Promises that end within the shift, or were broken, soonest first. */
  readonly due: readonly Timer[]
  /** Numbers of requests the customers have not answered. */
  readonly requests: readonly string[]
  /** Numbers of cases whose expert has not come, or is at it. */
  readonly escalations: readonly string[]
}

export async function handover(t: Tables, now: Instant, until: Instant): Promise<Handover> {
  const tickets = await t.tickets.acrossTenantsFind({ state: { oneOf: [...openStates] } }, { limit: MOST })
  const due = await t.timers.acrossTenantsFind(
    { doneAt: null, pausedAt: null, dueAt: { atMost: until }, kind: { oneOf: [...slaMetrics] } },
    { order: { dueAt: 'asc' }, limit: 200 },
  )
  const requests = await t.disposals.acrossTenantsFind(
    { state: 'requested', expiresAt: { atLeast: now } },
    { order: { expiresAt: 'asc' }, limit: 200 },
  )
  const escalations = await t.escalations.acrossTenantsFind(
    { state: { oneOf: ['requested', 'accepted'] } },
    { order: { requestedAt: 'asc' }, limit: 200 },
  )
  const count = (priority: Priority) => tickets.filter(ticket => ticket.priority === priority).length
  return {
    open: tickets.length,
    byPriority: { P1: count('P1'), P2: count('P2'), P3: count('P3'), P4: count('P4') },
    unclaimed: tickets.filter(ticket => ticket.state === 'new').length,
    due,
    requests: requests.map(request => request.number),
    escalations: escalations.map(escalation => escalation.subject),
  }
}
