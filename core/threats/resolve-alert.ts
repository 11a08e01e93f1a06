// Another product says that its alert is over; called by alert-flow.ts inside its transaction.
import type { Tx } from '../ports/transaction.js'
import type { Tenant } from '../tenants/tenant.js'
import type { Hit } from './hit.js'
import { appliedBy, evidenceOf } from './story.js'

/** The product says it is over; when that is so of every alert of the incident, people are told once. */
export async function resolveAlert(tx: Tx, tenant: Tenant, key: string, hit: Hit): Promise<void> {
  const alert = await tx.alerts.first(tenant.id, { mergeKey: key }, { order: { lastAt: 'desc' } })
  if (!alert || alert.resolvedAt !== null) return
  await tx.alerts.update(
    tenant.id,
    { id: alert.id },
    {
      resolvedAt: hit.at,
      lastAt: hit.at > alert.lastAt ? hit.at : alert.lastAt,
      reason: hit.reason,
      evidence: evidenceOf(alert.evidence, [hit]),
      applied: appliedBy(alert.applied, [hit]),
    },
  )
  tx.audit({
    tenantId: tenant.id,
    actor: 'system',
    action: 'alert.resolved',
    subject: alert.number,
    details: { at: hit.at },
    traceId: alert.incidentId,
  })
  const open = await tx.alerts.count(tenant.id, { incidentId: alert.incidentId, resolvedAt: null })
  if (open === 0)
    tx.announce({
      tenantId: tenant.id,
      kind: 'incident-recovered',
      refs: { incidentId: alert.incidentId },
      key: `recovered:${alert.incidentId}:${alert.id}:${hit.at}`,
    })
}
