// Figures about what is seen at all, and those that cannot be measured yet, which say so instead of showing a zero.
import { defineMetric, share, type Metric, type MetricUnit } from './metric.js'

const DAY = 86_400_000

const coverage = defineMetric({
  id: 'log-coverage',
  name: '日志接入覆盖',
  aliases: ['覆盖率', '覆盖', '日志覆盖'],
  definition: '登记的日志源中最近 24 小时有日志的 ÷ 登记的（以现在为准）。',
  unit: '%',
  kind: 'stock',
  async compute({ tables, tenant, until }) {
    const sources = await tables.sources.find(tenant.id, {})
    const health = new Map((await tables.sourceHealth.find(tenant.id, {})).map(row => [row.id, row.lastEventAt]))
    const since = new Date(Date.parse(until) - DAY).toISOString()
    const alive = sources.filter(({ id }) => (health.get(id) ?? '') >= since)
    if (sources.length === 0) return { value: null, of: 0, note: '没有登记日志源' }
    return { value: share(alive.length, sources.length), of: sources.length }
  },
  async rows({ tables, tenant, until }, limit) {
    const health = new Map((await tables.sourceHealth.find(tenant.id, {})).map(row => [row.id, row.lastEventAt]))
    const since = new Date(Date.parse(until) - DAY).toISOString()
    return (await tables.sources.find(tenant.id, {}, { order: { name: 'asc' } }))
      .filter(({ id }) => (health.get(id) ?? '') < since)
      .slice(0, limit)
      .map(({ name, id }) => ({ name, text: health.get(id) ? '超过 24 小时没有日志' : '还没有收到过日志' }))
  },
})

const scans = defineMetric({
  id: 'scans',
  name: '扫描次数',
  aliases: ['巡检次数', '扫描导入'],
  definition: '期内导入的扫描结果份数。',
  unit: '次',
  kind: 'flow',
  compute: async ({ tables, tenant, from, to }) => ({ value: await tables.scanImports.count(tenant.id, { at: { from, before: to } }) }),
})

const unmeasured = (id: string, name: string, aliases: readonly string[], definition: string, unit: MetricUnit, why: string): Metric =>
  defineMetric({
    id,
    name,
    aliases,
    definition,
    unit,
    kind: 'share',
    compute: () => Promise.resolve({ value: null, note: `未测：${why}` }),
  })

export const watchMetrics: readonly Metric[] = [
  coverage,
  scans,
  unmeasured('exposure', '暴露面', ['暴露面数量'], '互联网可达的域名、地址、端口、应用数及违规数、收敛率。', '个', '暴露面台账尚未接入'),
  unmeasured('configuration-changes', '配置变更', ['变更数'], '期内配置变更总数：报备、未知、违规、已回退。', '项', '配置采集尚未接入'),
  unmeasured('service-hours', '服务工时', ['工时'], '远程工时、现场人天、专家工时与余额。', '个', '工时登记尚未接入'),
]
