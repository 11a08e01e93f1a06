// The ticket goes with the act: contained when it holds, back to planning when it does not; called by the executor's steps.
import type { Tx } from '../ports/transaction.js'
import type { Device } from '../tenants/tenant.js'
import { moveTicket, system } from '../tickets/move-ticket.js'
import { openCase } from '../tickets/ticket-service.js'
import { actionRow } from './actions.js'
import type { Disposal, Receipt } from './disposal.js'
import { inForce } from './disposal-service.js'

/** Row 22, unless another measure of the incident is still on its way or holds. */
export async function backToPlanning(tx: Tx, disposal: Disposal, words: string): Promise<void> {
  if (!disposal.incidentId) return
  const found = await openCase(tx, disposal.tenantId, { incidentId: disposal.incidentId })
  if (found.ticket.state !== 'containing') return
  const others = { incidentId: disposal.incidentId, state: { oneOf: inForce }, id: { not: disposal.id } } as const
  if ((await tx.disposals.count(disposal.tenantId, others)) > 0) return
  await moveTicket(tx, found.ticket, system, {
    to: 'confirmed',
    number: found.incident.number,
    traceId: disposal.traceId,
    evidence: [{ kind: 'receipt', reference: disposal.number, text: words }],
  })
}

/** Row 11: the measure holds. Taking evidence is none. */
export async function contained(tx: Tx, disposal: Disposal, device: Device, receipt: Receipt): Promise<void> {
  if (!disposal.incidentId || disposal.action === 'snapshot_evidence') return
  const found = await openCase(tx, disposal.tenantId, { incidentId: disposal.incidentId })
  if (found.ticket.state !== 'containing') return
  await moveTicket(tx, found.ticket, system, {
    to: 'eradicating',
    number: found.incident.number,
    traceId: disposal.traceId,
    evidence: [
      { kind: 'receipt', reference: disposal.number, text: doneWords(disposal, device) },
      { kind: 'verification', reference: disposal.number, text: receipt.answer },
    ],
  })
}

function doneWords({ action, target, leaseUntil }: Disposal, device: Device): string {
  if (action === 'block_ip') return `${device.name} 已封禁 ${target}，至 ${leaseUntil ?? ''}`
  return `${device.name} 已${actionRow(action).label} ${target}${leaseUntil === null ? '' : `，至 ${leaseUntil}`}`
}
