// The seven days after an incident's measures were closed in which changes on its victim weigh one degree more (domain.md 5.6): a timer.
import { startWaking } from '../clocks/timers.js'
import { plusSeconds } from '../ports/clock.js'
import type { Tx } from '../ports/transaction.js'
import type { Incident } from '../threats/incident.js'
import type { Ticket } from '../tickets/ticket.js'

export const WATCH_SECONDS = 7 * 86_400

/** An incident with measures was closed: its victim is watched. Called in the transaction that closes it. */
export async function watchChanges(tx: Tx, ticket: Pick<Ticket, 'id' | 'tenantId'>, incident: Incident): Promise<void> {
  if ((await tx.disposals.count(ticket.tenantId, { incidentId: incident.id })) === 0) return
  await startWaking(tx, ticket, incident.number, 'change_watch', plusSeconds(tx.at, WATCH_SECONDS))
}
