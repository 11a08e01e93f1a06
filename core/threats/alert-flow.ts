// From hits to the customer's group, one transaction per merged story: alert, incident, ticket, audit and announcement together.
// Start reading here; judge-tenant.ts is the hot lane before it, bot/push/alert-raised.ts what comes after.
import type { Transactions, Tx } from '../ports/transaction.js'
import type { Tenant } from '../tenants/tenant.js'
import { growAlert, openAlert } from './alert-rows.js'
import type { Hit } from './hit.js'
import { findIncident, openIncident, openPlace, renewIncident } from './incident-rows.js'
import { groupKey, mergeKey } from './merge-key.js'
import { resolveAlert } from './resolve-alert.js'
import { apart, countStories, isApplied } from './story.js'
import { activeSuppressions } from './suppressions/suppression-service.js'
import { applySuppressions, type Suppression } from './suppressions/suppression.js'
import { maxSeverity } from './terms.js'

/** Stories written in one transaction. */
const TOGETHER = 25

export interface AlertFlow {
  /** Safe to call again with the same hits: what was already merged is recognised by its archive position. */
  raise(tenant: Tenant, hits: readonly Hit[]): Promise<void>
}

export function makeAlertFlow({ transactions }: { transactions: Transactions }): AlertFlow {
  return {
    async raise(tenant, all) {
      const known = await transactions.read(t => activeSuppressions(t, tenant.id, earliest(all)))
      const { kept: hits, met } = applySuppressions(all, known)
      if (met.size > 0) await transactions.run(tx => countMet(tx, tenant.id, met))
      const stories = new Map<string, Hit[]>()
      for (const hit of hits) {
        const key = mergeKey(hit, tenant.timeZone)
        const story = stories.get(key)
        if (story) story.push(hit)
        else stories.set(key, [hit])
      }
      const parts = [...stories].flatMap(([key, story]) => apart(story).map(part => [key, part] as const))
      for (let at = 0; at < parts.length; at += TOGETHER) {
        const chunk = parts.slice(at, at + TOGETHER)
        // A commit waits for the disk: in a storm many stories share one. Whatever fails is done again one by one.
        const isDone = await transactions
          .run(async tx => {
            for (const [key, part] of chunk) await openOrMerge(tx, tenant, key, part, known)
          })
          .then(
            () => true,
            (error: unknown) => {
              if (chunk.length === 1) throw error
              return false
            },
          )
        if (!isDone) for (const [key, part] of chunk) await transactions.run(tx => openOrMerge(tx, tenant, key, part, known))
      }
    },
  }
}

/** A backlog may hold what a suppression covered that has ended since. */
function earliest(hits: readonly Hit[]): string {
  return hits.map(hit => hit.at).reduce((a, b) => (a < b ? a : b), '9999')
}

/** What is not said is counted where it was decided: 抑制清单 shows it. */
async function countMet(tx: Tx, tenantId: string, met: ReadonlyMap<string, number>): Promise<void> {
  for (const [id, more] of met) {
    const row = await tx.suppressions.get(tenantId, id)
    if (row) await tx.suppressions.update(tenantId, { id }, { hits: Math.min(row.hits + more, 2_000_000_000), lastHitAt: tx.at })
  }
}

async function openOrMerge(
  tx: Tx,
  tenant: Tenant,
  key: string,
  story: readonly Hit[],
  suppressions: readonly Suppression[],
): Promise<void> {
  const known = await tx.alerts.first(tenant.id, { mergeKey: key }, { order: { lastAt: 'desc' } })
  const fresh = known ? story.filter(hit => !isApplied(known, hit)) : story
  const hits = fresh.filter(hit => !hit.resolved)
  const [first] = hits
  if (first) {
    const place =
      (known && first.fingerprint !== undefined ? await openPlace(tx, known) : undefined) ??
      (await findIncident(tx, tenant, groupKey(first, tenant.timeZone), first))
    const incident = place?.incident ?? (await openIncident(tx, tenant, first, hits.map(hit => hit.severity).reduce(maxSeverity)))
    const isKnown = known !== undefined && known.incidentId === incident.id
    const added = countStories(isKnown ? (known.stories ?? {}) : {}, hits)
    if (isKnown) await growAlert(tx, known, hits, added)
    else await openAlert(tx, tenant, key, incident.id, hits, added, known?.applied ?? {})
    await renewIncident(tx, tenant, incident, place?.ticket, hits, added, suppressions)
  }
  const last = fresh.at(-1)
  if (last?.resolved) await resolveAlert(tx, tenant, key, last)
}
