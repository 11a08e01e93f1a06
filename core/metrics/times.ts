// Figures about how long things took (domain.md 15.1): from the first malicious act to the closing, with the customer's own share apart.
import type { Instant } from '../ports/clock.js'
import type { IncidentState, TicketTransition } from '../tickets/ticket.js'
import { caseLine, casesCreated, casesWhere, type CaseRow } from './case-rows.js'
import { defineMetric, once, within, type Metric, type MetricContext, type MetricRow } from './metric.js'
import { minutesBetween, spread } from './spread.js'

const closed = (context: MetricContext) => casesWhere(context, { closedAt: within(context), state: 'closed' })

type Span = readonly [Instant, Instant] | undefined
const spanOf = (from: Instant | null | undefined, to: Instant | null | undefined): Span => (from && to ? [from, to] : undefined)

interface Timing {
  readonly id: string
  readonly name: string
  readonly aliases: readonly string[]
  readonly definition: string
  readonly span: (row: CaseRow) => Span
  /** Name of those whose time is not known. */
  readonly unknown?: string
}

/** The time between two moments of each case that began in the period. */
function timing({ id, name, aliases, definition, span, unknown }: Timing): Metric {
  return defineMetric({
    id,
    name,
    aliases,
    definition,
    unit: '分钟',
    kind: 'share',
    async compute(context) {
      const rows = await casesCreated(context)
      const spans = rows.map(span).filter(item => item !== undefined)
      return spread(
        spans.map(([from, to]) => minutesBetween(from, to)),
        unknown === undefined ? [] : [[unknown, rows.length - spans.length]],
      )
    },
    async rows(context, limit) {
      const rows = (await casesCreated(context)).map(row => ({ row, span: span(row) }))
      return slowest(
        rows.flatMap(({ row, span: found }) => (found ? [{ row, minutes: minutesBetween(...found) }] : [])),
        limit,
      )
    },
  })
}

function slowest(rows: readonly { readonly row: CaseRow; readonly minutes: number }[], limit: number): readonly MetricRow[] {
  return [...rows]
    .sort((a, b) => b.minutes - a.minutes)
    .slice(0, limit)
    .map(({ row, minutes }) => caseLine(row, `${Math.round(minutes)} 分钟`))
}

/** A case's states with the moments they were entered, oldest first. */
type Course = readonly Pick<TicketTransition, 'to' | 'from' | 'at'>[]

async function courses({ tables, tenant }: MetricContext, ids: readonly string[]): Promise<Map<string, Course>> {
  const found = new Map<string, Pick<TicketTransition, 'to' | 'from' | 'at'>[]>()
  for (let at = 0; at < ids.length; at += 500) {
    const rows = await tables.transitions.pick(
      tenant.id,
      ['ticketId', 'from', 'to', 'at'],
      { ticketId: { oneOf: ids.slice(at, at + 500) } },
      { order: { at: 'asc', id: 'asc' } },
    )
    for (const row of rows) found.set(row.ticketId, [...(found.get(row.ticketId) ?? []), row])
  }
  return found
}

const waiting: readonly IncidentState[] = ['awaiting_customer', 'suspended']

/** Minutes spent in the given states between two moments. */
function minutesIn(states: readonly IncidentState[], course: Course, from: Instant, to: Instant): number {
  let sum = 0
  course.forEach((step, index) => {
    if (!states.includes(step.to)) return
    const end = course[index + 1]?.at ?? to
    const begin = step.at > from ? step.at : from
    sum += minutesBetween(begin, end < to ? end : to)
  })
  return sum
}

const mttc = defineMetric({
  id: 'mttc',
  name: 'MTTC',
  aliases: ['平均遏制时间', '遏制时间', '遏制时长'],
  definition: '期内遏制生效的事件：遏制生效−结论确认，扣除等客户与挂起的时间。',
  unit: '分钟',
  kind: 'share',
  async compute(context) {
    const { tables, tenant } = context
    const effective = await tables.transitions.pick(tenant.id, ['ticketId', 'at'], { at: within(context), to: 'eradicating', rule: 11 })
    const byTicket = await courses(context, [...new Set(effective.map(row => row.ticketId))])
    const minutes = effective.flatMap(({ ticketId, at }) => {
      const course = byTicket.get(ticketId) ?? []
      const confirmed = course.filter(step => step.to === 'confirmed' && step.at <= at).at(-1)
      return confirmed ? [minutesBetween(confirmed.at, at) - minutesIn(waiting, course, confirmed.at, at)] : []
    })
    return spread(minutes)
  },
})

const closings = (context: MetricContext) => once(context, 'closings', () => readClosings(context))

async function readClosings(context: MetricContext) {
  const rows = await closed(context)
  const byTicket = await courses(
    context,
    rows.map(row => row.ticketId),
  )
  return rows.map(row => {
    const gross = minutesBetween(row.createdAt, row.closedAt!)
    const rest = minutesIn(waiting, byTicket.get(row.ticketId) ?? [], row.createdAt, row.closedAt!)
    return { row, gross, net: gross - rest }
  })
}

const mttr = defineMetric({
  id: 'mttr',
  name: 'MTTR',
  aliases: ['平均闭环时间', '平均处理时间', '平均处置时间', '闭环时间', '平均多久处理完'],
  definition: '期内闭环的事件：关闭−产生的毛值；扣除等客户与挂起的为净值。',
  unit: '分钟',
  kind: 'share',
  async compute(context) {
    const rows = await closings(context)
    const net = spread(rows.map(row => row.net))
    return spread(
      rows.map(row => row.gross),
      net.value === null ? [] : [['净值', net.value]],
    )
  },
  rows: async (context, limit) =>
    slowest(
      (await closings(context)).map(({ row, gross }) => ({ row, minutes: gross })),
      limit,
    ),
})

const customerWait = defineMetric({
  id: 'customer-wait',
  name: '客户响应时长',
  aliases: ['客户响应', '客户等待'],
  definition: '期内结束等待客户确认的事件：每次等待时长的中位数。',
  unit: '分钟',
  kind: 'share',
  async compute(context) {
    const { tables, tenant } = context
    const answered = await tables.transitions.pick(tenant.id, ['ticketId', 'at'], { at: within(context), from: 'awaiting_customer' })
    const byTicket = await courses(context, [...new Set(answered.map(row => row.ticketId))])
    const waits = answered.flatMap(({ ticketId, at }) => {
      const asked = (byTicket.get(ticketId) ?? []).filter(step => step.to === 'awaiting_customer' && step.at <= at).at(-1)
      return asked ? [minutesBetween(asked.at, at)] : []
    })
    const all = spread(waits)
    const median = all.parts?.find(([name]) => name === '中位数')?.[1]
    return median === undefined ? { value: null, of: 0 } : { value: median, of: waits.length }
  },
})

export const timeMetrics: readonly Metric[] = [
  timing({
    id: 'mttd',
    name: 'MTTD',
    aliases: ['平均检测时间', '检测时间', '发现时间'],
    definition: '期内产生的事件：首条告警−首个恶意行为（日志所载时间）；晚于告警的不计入，单列。',
    span: row => (row.firstAt <= row.createdAt ? [row.firstAt, row.createdAt] : undefined),
    unknown: '行为时间不明',
  }),
  timing({
    id: 'mtta',
    name: 'MTTA',
    aliases: ['平均接警时间', '接警时间', '平均响应时间', '接警时长', '接警要多久'],
    definition: '期内产生的事件：认领−告警产生；尚未认领的单列。',
    span: row => spanOf(row.createdAt, row.claimedAt),
    unknown: '未认领',
  }),
  timing({
    id: 'first-notice',
    name: '首报时延',
    aliases: ['首报', '首报时间'],
    definition: '期内产生的事件：群内首报−告警产生；未首报的单列（P4 只进日报）。',
    span: row => spanOf(row.createdAt, row.firstReportedAt),
    unknown: '未首报',
  }),
  timing({
    id: 'verdict-delay',
    name: '研判时延',
    aliases: ['研判时间', '研判时长'],
    definition: '期内产生的事件：结论−认领；尚无结论的单列。',
    span: row => spanOf(row.claimedAt, row.verdict?.at),
    unknown: '未出结论',
  }),
  mttc,
  mttr,
  customerWait,
]
