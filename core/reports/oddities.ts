// Figures that need a written explanation before they leave (domain.md 15.2): three times the period before, or made while a source was dead.
import type { MetricSet } from '../metrics/metric-set.js'
import { metricById } from '../metrics/index.js'
import type { Oddity } from './report.js'

const watched = ['alerts', 'incidents', 'findings-new', 'events'] as const
const FACTOR = 3
/** Smaller figures jump without meaning anything. */
const LEAST = 10

export async function oddities(now: MetricSet, before: MetricSet): Promise<readonly Oddity[]> {
  const found: Oddity[] = []
  for (const id of watched) {
    const own = await now.count(id)
    const then = await before.count(id)
    const name = metricById.get(id)?.name ?? id
    if (then > 0 && own >= LEAST && own > FACTOR * then) found.push({ what: name, why: `本期 ${own}，是上期 ${then} 的 ${FACTOR} 倍以上` })
    if (then >= LEAST && own * FACTOR < then) found.push({ what: name, why: `本期 ${own}，不到上期 ${then} 的三分之一` })
  }
  const { tables, tenant, from, to } = now.context
  const period = { from, before: to }
  const heard = new Set((await tables.eventHours.tally(tenant.id, ['sourceId'], { hour: period })).map(row => row.sourceId))
  const earlier = await tables.eventHours.tally(tenant.id, ['sourceId'], { hour: { from: before.context.from, before: before.context.to } })
  const names = new Map((await tables.sources.find(tenant.id, {})).map(({ id, name }) => [id, name]))
  for (const { sourceId } of earlier) {
    const name = names.get(sourceId)
    if (name !== undefined && !heard.has(sourceId)) found.push({ what: `日志源 ${name}`, why: '上期有日志，本期一条也没有' })
  }
  return found
}
