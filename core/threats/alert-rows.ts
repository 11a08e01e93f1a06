// The row of an alert: opened by its first hit, grown by the next; called by alert-flow.ts inside its transaction.
import type { Tx } from '../ports/transaction.js'
import type { Tenant } from '../tenants/tenant.js'
import type { Hit } from './hit.js'
import type { Alert } from './incident.js'
import { appliedBy, evidenceOf, type Added } from './story.js'
import { maxSeverity } from './terms.js'

/** @param applied of the story's alert before: what that one took must not come again either */
export async function openAlert(
  tx: Tx,
  tenant: Tenant,
  key: string,
  incidentId: string,
  hits: readonly Hit[],
  added: Added,
  applied: Alert['applied'],
): Promise<void> {
  const newest = hits.at(-1)!
  const number = await tx.number('AL', tenant)
  await tx.alerts.insert({
    id: tx.id(),
    tenantId: tenant.id,
    number,
    incidentId,
    mergeKey: key,
    modelId: newest.modelId,
    ruleId: newest.ruleId.slice(0, 128),
    eventType: newest.eventType,
    severity: hits.map(hit => hit.severity).reduce(maxSeverity),
    attackResult: hits.some(hit => hit.attackResult === 'success') ? 'success' : newest.attackResult,
    title: newest.title.slice(0, 300),
    reason: newest.reason,
    attack: [...new Set(hits.flatMap(hit => hit.attack))].slice(0, 20),
    count: added.events,
    firstAt: hits.map(hit => hit.at).reduce((a, b) => (a < b ? a : b)),
    lastAt: hits.map(hit => hit.at).reduce((a, b) => (a > b ? a : b)),
    createdAt: tx.at,
    strength: hits.reduce((most, hit) => Math.max(most, hit.strength), 0),
    author: newest.author?.slice(0, 300) ?? null,
    references: (newest.references ?? []).slice(0, 10),
    evidence: evidenceOf([], hits),
    applied: appliedBy(applied, hits),
    fingerprint: newest.fingerprint?.slice(0, 128) ?? null,
    resolvedAt: null,
    stories: added.stories,
  })
  tx.audit({
    tenantId: tenant.id,
    actor: 'system',
    action: 'alert.raised',
    subject: number,
    details: { model: newest.modelId, rule: newest.ruleId, reason: newest.reason },
    traceId: incidentId,
  })
}

export async function growAlert(tx: Tx, alert: Alert, hits: readonly Hit[], added: Added): Promise<void> {
  const newest = hits.at(-1)!
  await tx.alerts.update(
    alert.tenantId,
    { id: alert.id },
    {
      severity: hits.map(hit => hit.severity).reduce(maxSeverity, alert.severity),
      attackResult: hits.some(hit => hit.attackResult === 'success') ? 'success' : alert.attackResult,
      title: newest.title.slice(0, 300),
      reason: newest.reason,
      attack: [...new Set([...alert.attack, ...hits.flatMap(hit => hit.attack)])].slice(0, 20),
      count: alert.count + added.events,
      stories: added.stories,
      resolvedAt: null,
      lastAt: hits.map(hit => hit.at).reduce((a, b) => (a > b ? a : b), alert.lastAt),
      strength: hits.reduce((most, hit) => Math.max(most, hit.strength), alert.strength),
      evidence: evidenceOf(alert.evidence, hits),
      applied: appliedBy(alert.applied, hits),
    },
  )
}
