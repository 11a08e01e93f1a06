// Figures about what became of incidents: closed, excluded, still open, overdue, compromised, come again (domain.md 15.1).
import { outwardLabel } from '../tickets/incident-states.js'
import { severityLabel } from '../threats/terms.js'
import { caseLine, casesCreated, casesWhere, isOpenAt, pages, type CaseRow } from './case-rows.js'
import { defineMetric, once, share, within, type Metric, type MetricContext } from './metric.js'

const finished = (context: MetricContext, state: 'closed' | 'false_positive') => casesWhere(context, { closedAt: within(context), state })

/** Open when the period ended: closed later, or not at all. */
export function openAtEnd(context: MetricContext): Promise<readonly CaseRow[]> {
  return once(context, 'open at end', () => readOpen(context))
}

async function readOpen(context: MetricContext): Promise<CaseRow[]> {
  const before = { createdAt: { below: context.until } }
  const later = await casesWhere(context, { ...before, closedAt: { atLeast: context.until } })
  const never = await casesWhere(context, { ...before, closedAt: null })
  return [...later, ...never].filter(row => isOpenAt(row, context.until))
}

/** Ids of tickets whose clock of closing had run out when the period ended. */
export async function lateTickets({ tables, tenant, until }: MetricContext): Promise<ReadonlySet<string>> {
  const late = new Set<string>()
  for await (const page of pages(tables.timers, tenant.id, ['ticketId', 'doneAt', 'pausedAt', 'dueAt'], {
    kind: 'close',
    dueAt: { below: until },
  }))
    for (const timer of page)
      if ((timer.doneAt === null || timer.doneAt >= until) && (timer.pausedAt === null || timer.pausedAt > timer.dueAt))
        late.add(timer.ticketId)
  return late
}

const byPriority = (rows: readonly CaseRow[]) =>
  (['P1', 'P2', 'P3', 'P4'] as const)
    .map(priority => [priority, rows.filter(row => row.priority === priority).length] as const)
    .filter(([, n]) => n > 0)
const lines = (rows: readonly CaseRow[], limit: number) =>
  [...rows]
    .sort((a, b) => (a.priority === b.priority ? (a.createdAt < b.createdAt ? 1 : -1) : a.priority < b.priority ? -1 : 1))
    .slice(0, limit)
    .map(row => caseLine(row, `${row.priority}，${outwardLabel[row.state]}`))

const closed = defineMetric({
  id: 'closed',
  name: '闭环数',
  aliases: ['已闭环'],
  definition: '期内闭环的事件起数，不论何时产生。',
  unit: '起',
  kind: 'flow',
  compute: async context => ({ value: (await finished(context, 'closed')).length }),
  rows: async (context, limit) => lines(await finished(context, 'closed'), limit),
})

const excluded = defineMetric({
  id: 'excluded',
  name: '排除数',
  aliases: ['已排除'],
  definition: '期内判为误报而排除的事件起数，不论何时产生。',
  unit: '起',
  kind: 'flow',
  compute: async context => ({ value: (await finished(context, 'false_positive')).length }),
  rows: async (context, limit) => lines(await finished(context, 'false_positive'), limit),
})

const open = defineMetric({
  id: 'open',
  name: '未闭环数',
  aliases: ['存量', '未闭环', '未闭环事件'],
  definition: '期末仍未闭环的事件起数，按优先级分列。',
  unit: '起',
  kind: 'stock',
  async compute(context) {
    const rows = await openAtEnd(context)
    return { value: rows.length, parts: byPriority(rows) }
  },
  rows: async (context, limit) => lines(await openAtEnd(context), limit),
})

async function overdueCases(context: MetricContext): Promise<CaseRow[]> {
  const late = await lateTickets(context)
  return late.size === 0 ? [] : (await openAtEnd(context)).filter(row => late.has(row.ticketId))
}

const overdue = defineMetric({
  id: 'overdue',
  name: '超期事件',
  aliases: ['超期数', '超期', '事件超期'],
  definition: '期末未闭环且已过闭环期限的事件起数；等客户与挂起的时间不计。',
  unit: '起',
  kind: 'stock',
  async compute(context) {
    const rows = await overdueCases(context)
    return { value: rows.length, parts: byPriority(rows) }
  },
  rows: async (context, limit) => lines(await overdueCases(context), limit),
})

const closureRate = defineMetric({
  id: 'closure-rate',
  name: '闭环率',
  aliases: ['处置率', '关闭率'],
  definition: '期内产生且期末前已闭环（含已排除）的事件 ÷ 期内产生的事件；合并的不计。',
  unit: '%',
  kind: 'share',
  async compute(context) {
    const rows = (await casesCreated(context)).filter(row => row.state !== 'duplicate')
    const done = rows.filter(row => row.closedAt !== null && row.closedAt < context.until)
    return { value: share(done.length, rows.length), of: rows.length }
  },
})

const falsePositiveRate = defineMetric({
  id: 'false-positive-rate',
  name: '误报率',
  aliases: ['误判率'],
  definition: '期内产生的事件中判为误报的 ÷ 已研判的（不含待接警、研判中与已合并）。',
  unit: '%',
  kind: 'share',
  async compute(context) {
    const judged = (await casesCreated(context)).filter(row => !['new', 'triaging', 'duplicate'].includes(row.state))
    const wrong = judged.filter(row => row.state === 'false_positive')
    return { value: share(wrong.length, judged.length), of: judged.length }
  },
  rows: async (context, limit) =>
    lines(
      (await casesCreated(context)).filter(row => row.state === 'false_positive'),
      limit,
    ),
})

const recurrence = defineMetric({
  id: 'recurrence-rate',
  name: '复发率',
  aliases: ['复发'],
  definition: '期内因复发或重开回到研判的次数 ÷ 期内闭环的事件起数。',
  unit: '%',
  kind: 'share',
  async compute(context) {
    const { tables, tenant } = context
    const again = await tables.transitions.count(tenant.id, { at: within(context), rule: { oneOf: [17, 20] } })
    const done = (await finished(context, 'closed')).length
    return { value: share(again, done), of: done, parts: [['复发次数', again]] }
  },
})

const isCompromised = (row: CaseRow) => row.verdict?.code === 'compromised'

const compromised = defineMetric({
  id: 'compromised-hosts',
  name: '失陷主机',
  aliases: ['失陷', '失陷主机数'],
  definition: '期末未闭环、经人研判为“已失陷”的不同主机数。',
  unit: '台',
  kind: 'stock',
  async compute(context) {
    const rows = (await openAtEnd(context)).filter(isCompromised)
    return { value: new Set(rows.map(({ victim }) => victim.ip ?? victim.host ?? '')).size }
  },
  rows: async (context, limit) =>
    (await openAtEnd(context))
      .filter(isCompromised)
      .slice(0, limit)
      .map(row => ({
        name: row.victim.ip ?? row.victim.host ?? '未知',
        text: `【${severityLabel[row.severity]}】${row.title}（${row.number}）`,
      })),
})

export const handlingMetrics: readonly Metric[] = [closed, excluded, open, overdue, closureRate, falsePositiveRate, recurrence, compromised]
