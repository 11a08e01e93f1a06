// Figures about promises: SLA by metric, messages delivered, blocks, what the customer thought of it.
import { slaLabel, slaMetrics, type SlaMetric } from '../clocks/sla-policy.js'
import type { Timer } from '../clocks/timer.js'
import { pages } from './case-rows.js'
import { defineMetric, oneDecimal, share, within, type Metric, type MetricContext } from './metric.js'

/** What the service promises; `chase` is the customer's own clock and `update` starts anew with each progress. */
const promised: readonly SlaMetric[] = slaMetrics.filter(metric => metric !== 'chase' && metric !== 'update')
type Due = Pick<Timer, 'kind' | 'subject' | 'dueAt' | 'doneAt' | 'outcome' | 'pausedAt'>

/** Promises that fell due in the period and were neither cancelled nor at rest. */
async function due({ tables, tenant, until, from }: MetricContext): Promise<Due[]> {
  const found: Due[] = []
  const where = { dueAt: { from, before: until }, kind: { oneOf: [...promised] } }
  const columns = ['kind', 'subject', 'dueAt', 'doneAt', 'outcome', 'pausedAt'] as const
  for await (const page of pages(tables.timers, tenant.id, columns, where))
    found.push(...page.filter(timer => timer.outcome !== 'cancelled' && timer.pausedAt === null))
  return found
}
const isMet = ({ doneAt, dueAt }: Due) => doneAt !== null && doneAt <= dueAt

const sla = defineMetric({
  id: 'sla-rate',
  name: 'SLA 达标率',
  aliases: ['SLA', '达标率', '处置及时率', '及时率', '时效'],
  definition: '期内到期的承诺（接警、研判、首报、方案、遏制、闭环、专家介入）中按时完成的 ÷ 应完成的；取消的与等客户而停表的不计。',
  unit: '%',
  kind: 'share',
  async compute(context) {
    const rows = await due(context)
    const parts = promised.flatMap(metric => {
      const own = rows.filter(row => row.kind === metric)
      return own.length === 0 ? [] : [[slaLabel[metric], share(own.filter(isMet).length, own.length) ?? 0] as const]
    })
    return { value: share(rows.filter(isMet).length, rows.length), of: rows.length, parts }
  },
  rows: async (context, limit) =>
    (await due(context))
      .filter(row => !isMet(row))
      .sort((a, b) => (a.dueAt < b.dueAt ? 1 : -1))
      .slice(0, limit)
      .map(row => ({ name: row.subject, text: `${slaLabel[row.kind as SlaMetric]}未按时${row.doneAt === null ? '，尚未完成' : ''}` })),
})

const deliveries = defineMetric({
  id: 'deliveries-proven',
  name: '送达率',
  aliases: ['投递', '送达', '消息送达'],
  definition: '期内要发给本单位的消息中有送达回执的 ÷ 应发的；并入摘要的算送达，按偏好不发的不计。',
  unit: '%',
  kind: 'share',
  async compute({ tables, tenant, ...period }) {
    const rows = await tables.deliveries.tally(tenant.id, ['state'], { createdAt: within(period) })
    const of = (...states: string[]) => rows.filter(row => states.includes(row.state)).reduce((sum, row) => sum + row.rows, 0)
    const proven = of('sent', 'merged')
    const all = rows.reduce((sum, row) => sum + row.rows, 0) - of('dropped')
    return {
      value: share(proven, all),
      of: all,
      parts: [
        ['已送达', proven],
        ['未送达', of('failed', 'expired')],
        ['待发', of('queued', 'claimed', 'held')],
      ],
    }
  },
  async rows({ tables, tenant, ...period }, limit) {
    const where = { createdAt: within(period), state: { oneOf: ['failed', 'expired'] as ('failed' | 'expired')[] } }
    const rows = await tables.deliveries.find(tenant.id, where, { order: { createdAt: 'desc' }, limit })
    return rows.map(row => ({ name: row.subject, text: `未送达（${row.error ?? row.state}）` }))
  },
})

const blocks = defineMetric({
  id: 'blocks',
  name: '封禁数',
  aliases: ['封禁次数'],
  definition: '期内在设备上执行的封禁次数。',
  unit: '次',
  kind: 'flow',
  compute: async ({ tables, tenant, ...period }) => ({
    value: await tables.disposals.count(tenant.id, { executedAt: within(period) }),
  }),
  async rows({ tables, tenant, ...period }, limit) {
    const rows = await tables.disposals.find(tenant.id, { executedAt: within(period) }, { order: { executedAt: 'desc' }, limit })
    return rows.map(row => ({ name: row.number, text: `封禁 ${row.target}` }))
  },
})

const lifted = defineMetric({
  id: 'lifted',
  name: '解封数',
  aliases: ['解除数'],
  definition: '期内解除的封禁次数。',
  unit: '次',
  kind: 'flow',
  compute: async ({ tables, tenant, ...period }) => ({
    value: await tables.disposals.count(tenant.id, { releasedAt: within(period) }),
  }),
})

const automation = defineMetric({
  id: 'automation-rate',
  name: '自动化率',
  aliases: ['自动率'],
  definition: '期内由系统自动完成的工单流转 ÷ 全部流转。',
  unit: '%',
  kind: 'share',
  async compute({ tables, tenant, ...period }) {
    const all = await tables.transitions.count(tenant.id, { at: within(period) })
    const own = await tables.transitions.count(tenant.id, { at: within(period), by: 'system' })
    return { value: share(own, all), of: all }
  },
})

const points: Readonly<Record<string, number>> = { 满意: 3, 一般: 2, 不满意: 1 }

const satisfaction = defineMetric({
  id: 'satisfaction',
  name: '满意度',
  aliases: ['评价'],
  definition: '期内闭环评价的均分：满意 3 分，一般 2 分，不满意 1 分。',
  unit: '分',
  kind: 'share',
  async compute({ tables, tenant, ...period }) {
    const said: number[] = []
    for await (const page of pages(tables.auditRecords, tenant.id, ['details'], { at: within(period), action: 'service.rated' }))
      for (const { details } of page) {
        const point = typeof details['rating'] === 'string' ? points[details['rating']] : undefined
        if (point !== undefined) said.push(point)
      }
    if (said.length === 0) return { value: null, of: 0, note: '期内没有评价' }
    return { value: oneDecimal(said.reduce((sum, n) => sum + n, 0) / said.length), of: said.length }
  },
})

export const promiseMetrics: readonly Metric[] = [sla, deliveries, blocks, lifted, automation, satisfaction]
