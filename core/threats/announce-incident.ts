// Who is told what when an incident came, grew, worsened or came back; called by incident-rows.ts inside the transaction of the change.
import { plusSeconds } from '../ports/clock.js'
import type { Tx } from '../ports/transaction.js'
import { moveTicket, system } from '../tickets/move-ticket.js'
import { priorityOf } from '../tickets/priority.js'
import type { Ticket } from '../tickets/ticket.js'
import type { Tenant } from '../tenants/tenant.js'
import type { Incident } from './incident.js'
import { compareSeverity } from './terms.js'

export async function announceIncident(
  tx: Tx,
  tenant: Tenant,
  before: Incident,
  after: Incident,
  ticket: Ticket | undefined,
): Promise<void> {
  const refs = { incidentId: after.id }
  const worthTelling = compareSeverity(after.severity, 'medium') >= 0
  const opened = before.hits === 0
  if (ticket && compareSeverity(after.severity, before.severity) > 0)
    await tx.tickets.update(tenant.id, { id: ticket.id }, { priority: priorityOf(after.severity), updatedAt: tx.at })
  if (ticket?.state === 'observing') {
    await moveTicket(tx, ticket, system, {
      to: 'triaging',
      number: after.number,
      traceId: after.traceId,
      evidence: [{ kind: 'alert', text: `观察期内再次出现，累计 ${after.hits} 次命中` }],
      set: { observeUntil: null },
    })
    tx.announce({ tenantId: tenant.id, kind: 'incident-recurred', refs, key: `recurred:${after.id}:${tx.at}` })
    return
  }
  if (!worthTelling) return
  if (opened || compareSeverity(before.severity, 'medium') < 0) {
    tx.announce({
      tenantId: tenant.id,
      kind: 'triage-needed',
      refs,
      key: `triage:${after.id}`,
      dueAt: plusSeconds(tx.at, Math.min(tenant.settings.firstReportWaitSeconds, 2)),
    })
    tx.announce({
      tenantId: tenant.id,
      kind: 'alert-raised',
      refs,
      key: `alert-raised:${after.id}`,
      dueAt: plusSeconds(tx.at, tenant.settings.firstReportWaitSeconds),
    })
  } else if (compareSeverity(after.severity, before.severity) > 0) {
    tx.announce({ tenantId: tenant.id, kind: 'alert-worsened', refs, key: `worsened:${after.id}:${after.severity}` })
  } else {
    const wait = tenant.settings.growthReportSeconds
    const slot = Math.floor(Date.parse(tx.at) / (wait * 1000))
    tx.announce({
      tenantId: tenant.id,
      kind: 'alert-grown',
      refs,
      key: `grown:${after.id}:${slot}`,
      dueAt: new Date((slot + 1) * wait * 1000).toISOString(),
    })
  }
}
