// How incidents of the same kind ended, as anonymous counts over all customers: the reason given with a playbook's first steps.
import { plusSeconds } from '../ports/clock.js'
import type { Tables } from '../ports/transaction.js'
import type { Incident } from '../threats/incident.js'
import { finalStates } from '../tickets/incident-states.js'

const DAYS = 180
const MOST = 300
/** Fewer say nothing, and might tell whose they were. */
const FEWEST = 3

/** Undefined where too few are known. For staff. */
export async function acrossTenantsRecommendation(
  t: Pick<Tables, 'incidents' | 'tickets' | 'disposals'> & { readonly at: string },
  incident: Incident,
): Promise<string | undefined> {
  const since = plusSeconds(t.at, -DAYS * 86_400)
  const alike = await t.incidents.acrossTenantsFind(
    { eventType: incident.eventType, createdAt: { atLeast: since }, id: { not: incident.id } },
    { order: { createdAt: 'desc' }, limit: MOST },
  )
  const ids = alike.map(({ id }) => id)
  if (ids.length < FEWEST) return undefined
  const over = await t.tickets.acrossTenantsFind({ subjectId: { oneOf: ids }, state: { oneOf: finalStates } }, { limit: MOST })
  if (over.length < FEWEST) return undefined
  const done = await t.disposals.acrossTenantsFind(
    { incidentId: { oneOf: ids }, state: { oneOf: ['succeeded', 'verified', 'released'] } },
    { limit: 5 * MOST },
  )
  const blocked = new Set(done.map(({ incidentId }) => incidentId))
  const endings = new Map<string, number>()
  for (const { state, subjectId } of over) {
    const ending = state === 'closed' ? (blocked.has(subjectId) ? '封禁来源后闭环' : '不需要封禁、核查后闭环') : endingLabel[state]
    if (ending !== undefined) endings.set(ending, (endings.get(ending) ?? 0) + 1)
  }
  const [commonest] = [...endings].sort((a, b) => b[1] - a[1])
  return commonest && `${over.length} 起同类事件中 ${commonest[1]} 起以“${commonest[0]}”结束`
}

const endingLabel: Readonly<Record<string, string>> = {
  false_positive: '误报',
  duplicate: '并入其他事件',
  accepted_risk: '客户接受风险',
}
