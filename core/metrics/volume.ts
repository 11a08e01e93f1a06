// Figures about what came in: events, hits, alerts, incidents by level and type, who attacked and what was attacked.
import { eventTypeLabel, eventTypes, severities, severityLabel } from '../threats/terms.js'
import { casesCreated, pages, type CaseRow } from './case-rows.js'
import { defineMetric, once, within, type Metric, type MetricContext } from './metric.js'

const MOST_PARTS = 10
const listed = (rows: readonly CaseRow[], limit: number) =>
  [...rows]
    .sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || (a.createdAt < b.createdAt ? 1 : -1))
    .slice(0, limit)
    .map(row => ({ name: row.number, text: `【${severityLabel[row.severity]}】${row.title}` }))

/** Hours belong to the period they begin in, so that periods that follow each other share none. */
const events = defineMetric({
  id: 'events',
  name: '日志量',
  aliases: ['事件量', '日志数'],
  definition: '期内收到并已判读的日志条数，按收到的整点小时累计。',
  unit: '条',
  kind: 'flow',
  async compute({ tables, tenant, ...period }) {
    const bySource = await tables.eventHours.tally(tenant.id, ['sourceId'], { hour: within(period) }, { sum: 'events' })
    const names = new Map((await tables.sources.find(tenant.id, {})).map(({ id, name }) => [id, name]))
    const parts = bySource.sort((a, b) => b.sum - a.sum).map(row => [names.get(row.sourceId) ?? '已撤销的来源', row.sum] as const)
    return { value: parts.reduce((sum, [, n]) => sum + n, 0), parts: parts.slice(0, MOST_PARTS) }
  },
  async rows({ tables, tenant, ...period }, limit) {
    const rows = await tables.eventHours.tally(tenant.id, ['dataset'], { hour: within(period) }, { sum: 'events', limit: 500 })
    return rows
      .sort((a, b) => b.sum - a.sum)
      .slice(0, limit)
      .map(row => ({ name: row.dataset, text: `${row.sum} 条` }))
  },
})

/** Alerts by level; of a filter, those of incidents that fit. */
const alertsBySeverity = (context: MetricContext) => once(context, 'alerts by severity', () => countAlerts(context))

async function countAlerts({ tables, tenant, filter, ...period }: MetricContext) {
  const where = { createdAt: within(period), ...(filter.eventType === undefined ? {} : { eventType: filter.eventType as never }) }
  if (filter.asset === undefined) return tables.alerts.tally(tenant.id, ['severity'], where, { sum: 'count' })
  const sums = new Map<(typeof severities)[number], { rows: number; sum: number }>()
  const known = new Map<string, boolean>()
  for await (const page of pages(tables.alerts, tenant.id, ['incidentId', 'severity', 'count'], where))
    for (const alert of page) {
      let is = known.get(alert.incidentId)
      if (is === undefined) {
        const victim = (await tables.incidents.get(tenant.id, alert.incidentId))?.victim
        known.set(alert.incidentId, (is = victim?.ip === filter.asset || victim?.host === filter.asset))
      }
      if (!is) continue
      const sum = sums.get(alert.severity) ?? { rows: 0, sum: 0 }
      sums.set(alert.severity, { rows: sum.rows + 1, sum: sum.sum + alert.count })
    }
  return [...sums].map(([severity, sum]) => ({ severity, ...sum }))
}

const hits = defineMetric({
  id: 'hits',
  name: '命中次数',
  aliases: ['命中'],
  definition: '期内产生的告警所含的命中次数之和（含其后并入的）。',
  unit: '次',
  kind: 'flow',
  compute: async context => ({ value: (await alertsBySeverity(context)).reduce((sum, row) => sum + row.sum, 0) }),
})

const alerts = defineMetric({
  id: 'alerts',
  name: '告警数',
  aliases: ['告警量', '告警'],
  definition: '期内产生的告警条数（同类命中已归并），按级别分列。',
  unit: '条',
  kind: 'flow',
  async compute(context) {
    const rows = await alertsBySeverity(context)
    return {
      value: rows.reduce((sum, row) => sum + row.rows, 0),
      parts: severities.flatMap(severity => {
        const row = rows.find(item => item.severity === severity)
        return row ? [[severityLabel[severity], row.rows] as const] : []
      }),
    }
  },
  async rows({ tables, tenant, ...period }, limit) {
    const rows = await tables.alerts.find(tenant.id, { createdAt: within(period) }, { order: { createdAt: 'desc' }, limit })
    return rows.map(row => ({ name: row.number, text: `【${severityLabel[row.severity]}】${row.title}，${row.count} 次` }))
  },
})

const incidents = defineMetric({
  id: 'incidents',
  name: '事件数',
  aliases: ['事件总数', '新增事件'],
  definition: '期内产生的事件起数，按级别分列。',
  unit: '起',
  kind: 'flow',
  async compute(context) {
    const rows = await casesCreated(context)
    const parts = severities.map(severity => [severityLabel[severity], rows.filter(row => row.severity === severity).length] as const)
    return { value: rows.length, parts: parts.filter(([, n]) => n > 0) }
  },
  rows: async (context, limit) => listed(await casesCreated(context), limit),
})

const incidentTypes = defineMetric({
  id: 'incident-types',
  name: '事件类型',
  aliases: ['事件类型分布', '类型分布'],
  definition: '期内产生的事件起数，按类型分列，多者在前。',
  unit: '起',
  kind: 'flow',
  async compute(context) {
    const rows = await casesCreated(context)
    const parts = eventTypes
      .map(type => [eventTypeLabel[type], rows.filter(row => row.eventType === type).length] as const)
      .filter(([, n]) => n > 0)
    return { value: rows.length, parts: parts.sort((a, b) => b[1] - a[1]) }
  },
  rows: async (context, limit) => listed(await casesCreated(context), limit),
})

const added = (counts: Map<string, number>, name: string, n: number) => counts.set(name, (counts.get(name) ?? 0) + n)
const busiest = (counts: Map<string, number>) => [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))

const attackers = defineMetric({
  id: 'attackers',
  name: '攻击源',
  aliases: ['攻击源 Top', '攻击来源', '攻击IP'],
  definition: '期内产生的事件中不同的攻击源地址数，命中多者在前。',
  unit: '个',
  kind: 'share',
  async compute(context) {
    const counts = new Map<string, number>()
    for (const row of await casesCreated(context)) for (const { ip, hits: n } of row.attackers) added(counts, ip, n)
    return { value: counts.size, parts: busiest(counts).slice(0, MOST_PARTS) }
  },
})

const victims = defineMetric({
  id: 'victims',
  name: '被攻击资产',
  aliases: ['被攻击资产 Top', '受害资产'],
  definition: '期内产生的事件中不同的被攻击资产数，事件多者在前。',
  unit: '个',
  kind: 'share',
  async compute(context) {
    const counts = new Map<string, number>()
    for (const { victim } of await casesCreated(context)) added(counts, victim.ip ?? victim.host ?? '未知', 1)
    return { value: counts.size, parts: busiest(counts).slice(0, MOST_PARTS) }
  },
})

export const volumeMetrics: readonly Metric[] = [events, hits, alerts, incidents, incidentTypes, attackers, victims]
