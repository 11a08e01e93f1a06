// Figures about findings: vulnerabilities, weak passwords, exposed services, by level and age (domain.md 6.2, 4.5, 15.1).
import { openFindingStates } from '../findings/finding-states.js'
import type { Finding } from '../findings/finding.js'
import { severities, severityLabel } from '../threats/terms.js'
import { pages } from './case-rows.js'
import { defineMetric, once, oneDecimal, share, within, type Metric, type MetricContext } from './metric.js'
import { minutesBetween } from './spread.js'

/** domain.md 4.5: ports that are as good as a weakness where anybody reaches them. */
export const highRiskPorts: readonly number[] = [
  21, 23, 25, 69, 111, 135, 137, 138, 139, 161, 389, 445, 512, 513, 514, 873, 1080, 1433, 1521, 2049, 2181, 2375, 3128, 3306, 3389, 5432,
  5601, 5900, 5901, 5984, 6379, 7001, 8009, 8161, 9092, 9200, 9300, 11211, 27017, 50070,
]
const DAY = 1440
const kindLabel = { vulnerability: '漏洞', weak_credential: '弱口令', baseline: '基线', exposure: '暴露' } as const

type FindingRow = Pick<Finding, 'id' | 'kind' | 'title' | 'severity' | 'host' | 'port' | 'state' | 'firstSeenAt' | 'fixedAt' | 'dueAt'>
const columns = ['kind', 'title', 'severity', 'host', 'port', 'state', 'firstSeenAt', 'fixedAt', 'dueAt'] as const

/** Seen before the period ended and not settled by then. What was accepted or found false since counts as settled all the time. */
export function openFindings(context: MetricContext): Promise<readonly FindingRow[]> {
  return once(context, 'open findings', () => readOpen(context))
}

async function readOpen({ tables, tenant, until, filter }: MetricContext): Promise<FindingRow[]> {
  const found: FindingRow[] = []
  const where = { firstSeenAt: { below: until }, ...(filter.asset === undefined ? {} : { host: filter.asset }) }
  for await (const page of pages(tables.findings, tenant.id, columns, where))
    found.push(
      ...page.filter(row =>
        openFindingStates.includes(row.state) ? true : row.state === 'fixed' && row.fixedAt !== null && row.fixedAt >= until,
      ),
    )
  return found
}
const ofAsset = ({ filter }: MetricContext) => (filter.asset === undefined ? {} : { host: filter.asset })
const line = (row: FindingRow) => ({
  name: row.port === 0 ? row.host : `${row.host}:${row.port}`,
  text: `【${severityLabel[row.severity]}】${row.title}`,
})
const gravest = (rows: readonly FindingRow[], limit: number) =>
  [...rows]
    .sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || (a.id < b.id ? -1 : 1))
    .slice(0, limit)
    .map(line)
const bySeverity = (rows: readonly FindingRow[]) =>
  severities
    .map(severity => [severityLabel[severity], rows.filter(row => row.severity === severity).length] as const)
    .filter(([, n]) => n > 0)

const findingsNew = defineMetric({
  id: 'findings-new',
  name: '新增脆弱性',
  aliases: ['新增漏洞', '漏洞新增'],
  definition: '期内首次发现的漏洞、弱口令、基线与暴露项数。',
  unit: '个',
  kind: 'flow',
  async compute(context) {
    const { tables, tenant } = context
    const rows = await tables.findings.tally(tenant.id, ['kind'], { firstSeenAt: within(context), ...ofAsset(context) })
    return { value: rows.reduce((sum, row) => sum + row.rows, 0), parts: rows.map(row => [kindLabel[row.kind], row.rows] as const) }
  },
  async rows(context, limit) {
    const { tables, tenant } = context
    const where = { firstSeenAt: within(context), ...ofAsset(context) }
    return (await tables.findings.find(tenant.id, where, { order: { firstSeenAt: 'desc' }, limit })).map(line)
  },
})

const findingsFixed = defineMetric({
  id: 'findings-fixed',
  name: '修复数',
  aliases: ['已修复数', '漏洞修复数', '修复'],
  definition: '期内复验通过的脆弱性数。',
  unit: '个',
  kind: 'flow',
  async compute(context) {
    const where = { fixedAt: within(context), state: 'fixed' as const, ...ofAsset(context) }
    return { value: await context.tables.findings.count(context.tenant.id, where) }
  },
  async rows(context, limit) {
    const where = { fixedAt: within(context), state: 'fixed' as const, ...ofAsset(context) }
    return (await context.tables.findings.find(context.tenant.id, where, { order: { fixedAt: 'desc' }, limit })).map(line)
  },
})

const findingsOpen = defineMetric({
  id: 'findings-open',
  name: '脆弱性存量',
  aliases: ['漏洞存量', '漏洞数', '未修复漏洞'],
  definition: '期末未修复的漏洞、弱口令、基线与暴露项数，按级别分列。',
  unit: '个',
  kind: 'stock',
  async compute(context) {
    const rows = await openFindings(context)
    return { value: rows.length, parts: bySeverity(rows) }
  },
  rows: async (context, limit) => gravest(await openFindings(context), limit),
})

const findingsOverdue = defineMetric({
  id: 'findings-overdue',
  name: '脆弱性超期',
  aliases: ['漏洞超期', '超期漏洞'],
  definition: '期末未修复且已过修复期限的脆弱性数，按级别分列。',
  unit: '个',
  kind: 'stock',
  async compute(context) {
    const rows = (await openFindings(context)).filter(row => row.dueAt < context.until)
    return { value: rows.length, parts: bySeverity(rows) }
  },
  rows: async (context, limit) =>
    gravest(
      (await openFindings(context)).filter(row => row.dueAt < context.until),
      limit,
    ),
})

const ages: readonly (readonly [string, number])[] = [
  ['7 天内', 7],
  ['8–30 天', 30],
  ['31–90 天', 90],
  ['90 天以上', Infinity],
]

const findingsAge = defineMetric({
  id: 'findings-age',
  name: '脆弱性账龄',
  aliases: ['漏洞账龄', '账龄'],
  definition: '期末未修复的脆弱性自首次发现起的平均天数，按账龄分列。',
  unit: '天',
  kind: 'share',
  async compute(context) {
    const days = (await openFindings(context)).map(row => minutesBetween(row.firstSeenAt, context.until) / DAY)
    if (days.length === 0) return { value: null, of: 0 }
    const parts = ages.map(([name, most], index) => {
      const least = ages[index - 1]?.[1] ?? -1
      return [name, days.filter(n => n > least && n <= most).length] as const
    })
    return { value: oneDecimal(days.reduce((sum, n) => sum + n, 0) / days.length), of: days.length, parts }
  },
})

const fixRate = defineMetric({
  id: 'fix-rate',
  name: '漏洞修复率',
  aliases: ['修复率', '整改率'],
  definition: '期内修复的 ÷（期内修复的＋期末未修复的）。',
  unit: '%',
  kind: 'share',
  async compute(context) {
    const fixed = (await findingsFixed.compute(context)).value ?? 0
    const left = (await openFindings(context)).length
    return { value: share(fixed, fixed + left), of: fixed + left }
  },
})

const fixDays = defineMetric({
  id: 'fix-days',
  name: '平均修复天数',
  aliases: ['修复天数', '修复时间'],
  definition: '期内修复的脆弱性：复验通过−首次发现的平均天数。',
  unit: '天',
  kind: 'share',
  async compute(context) {
    const days: number[] = []
    const where = { fixedAt: within(context), state: 'fixed' as const, ...ofAsset(context) }
    for await (const page of pages(context.tables.findings, context.tenant.id, ['firstSeenAt', 'fixedAt'], where))
      days.push(...page.map(row => minutesBetween(row.firstSeenAt, row.fixedAt!) / DAY))
    return { value: days.length === 0 ? null : oneDecimal(days.reduce((sum, n) => sum + n, 0) / days.length), of: days.length }
  },
})

const retestRate = defineMetric({
  id: 'retest-rate',
  name: '复验通过率',
  aliases: ['复验一次通过率', '复验率'],
  definition: '期内复验通过的次数 ÷ 期内复验的次数。',
  unit: '%',
  kind: 'share',
  async compute({ tables, tenant, ...period }) {
    const passed = await tables.findingTransitions.count(tenant.id, { at: within(period), rule: 6, from: 'pending_retest' })
    const failed = await tables.findingTransitions.count(tenant.id, { at: within(period), rule: 7 })
    return { value: share(passed, passed + failed), of: passed + failed }
  },
})

/** 高危漏洞, 高危端口, 弱口令. */
export const weakGroups: readonly (readonly [string, (row: Pick<Finding, 'kind' | 'severity' | 'port'>) => boolean])[] = [
  ['高危漏洞', row => row.kind === 'vulnerability' && (row.severity === 'critical' || row.severity === 'high')],
  ['高危端口', row => row.kind === 'exposure' && highRiskPorts.includes(row.port)],
  ['弱口令', row => row.kind === 'weak_credential'],
]

const twoHighOneWeak = defineMetric({
  id: 'two-high-one-weak',
  name: '两高一弱存量',
  aliases: ['两高一弱'],
  definition: '期末未修复的高危漏洞（超危与高危）、高危端口、弱口令三类之和，分列。',
  unit: '个',
  kind: 'stock',
  async compute(context) {
    const rows = await openFindings(context)
    const parts = weakGroups.map(([name, is]) => [name, rows.filter(is).length] as const)
    return { value: parts.reduce((sum, [, n]) => sum + n, 0), parts }
  },
  rows: async (context, limit) =>
    gravest(
      (await openFindings(context)).filter(row => weakGroups.some(([, is]) => is(row))),
      limit,
    ),
})

export const weaknessMetrics: readonly Metric[] = [
  findingsNew,
  findingsFixed,
  findingsOpen,
  findingsOverdue,
  findingsAge,
  fixRate,
  fixDays,
  retestRate,
  twoHighOneWeak,
]
