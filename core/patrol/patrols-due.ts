// Which kinds of patrol a customer's strategy asks for now; called by the job that plans them.
import { openPatrolStates } from './patrol.js'
import type { Tables } from '../ports/transaction.js'
import type { Tenant } from '../tenants/tenant.js'
import type { PatrolKind } from './scope.js'
import { currentStrategy } from './strategy-service.js'

const DAY = 86_400_000

/** A run that failed to count does not push the next one away: it is due again a day later. */
export async function patrolsDue(tables: Tables, tenant: Tenant, now: number): Promise<readonly PatrolKind[]> {
  const letters = await tables.letters.find(tenant.id, {})
  const { version, patrols } = await currentStrategy(tables, tenant)
  // A template is a proposal: nothing is scanned by itself until somebody has put it into force.
  if (version === 0) return []
  const due: PatrolKind[] = []
  for (const { kind, everyDays } of patrols) {
    const signed = letters.some(
      letter => letter.kinds.includes(kind) && Date.parse(letter.validFrom) <= now && now <= Date.parse(letter.validTo),
    )
    if (everyDays === 0 || !signed) continue
    const last = await tables.patrolRuns.first(tenant.id, { kind }, { order: { createdAt: 'desc' } })
    if (last && openPatrolStates.includes(last.state)) continue
    const counts = last?.state === 'done' || last?.state === 'partial'
    if (last && now - Date.parse(last.startAt) < (counts ? everyDays : 1) * DAY) continue
    due.push(kind)
  }
  return due
}
