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
import { maxSeverity } from './terms.js'

/** Stories written in one transaction. */
const TOGETHER = 25

export interface AlertFlow {
  /** Safe to call again with the same hits: what was already merged is recognised by its archive position. */
  raise(tenant: Tenant, hits: readonly Hit[]): Promise<void>
}

export function makeAlertFlow({ transactions }: { transactions: Transactions }): AlertFlow {
  return {
    async raise(tenant, hits) {
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
            for (const [key, part] of chunk) await openOrMerge(tx, tenant, key, part)
          })
          .then(
            () => true,
            (error: unknown) => {
              if (chunk.length === 1) throw error
              return false
            },
          )
        if (!isDone) for (const [key, part] of chunk) await transactions.run(tx => openOrMerge(tx, tenant, key, part))
      }
    },
  }
}

async function openOrMerge(tx: Tx, tenant: Tenant, key: string, story: readonly Hit[]): Promise<void> {
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
    await renewIncident(tx, tenant, incident, place?.ticket, hits, added)
  }
  const last = fresh.at(-1)
  if (last?.resolved) await resolveAlert(tx, tenant, key, last)
}
