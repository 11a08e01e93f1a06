// 趋势: the months of a quarter or year side by side, from the same figures as the monthly reports.
import { MetricSet } from '../../metrics/metric-set.js'
import { readPeriod } from '../period.js'
import { defineSection, percent, table } from '../section.js'

const counts = ['alerts', 'incidents', 'closed', 'open', 'blocks', 'findings-new', 'findings-fixed', 'findings-open'] as const
const names = ['告警', '事件', '闭环', '月末未闭环', '封禁', '新增脆弱性', '修复脆弱性', '月末脆弱性'] as const

interface Month {
  readonly name: string
  readonly values: readonly number[]
  readonly sla: number | null
}

export const monthByMonth = defineSection<readonly Month[]>({
  id: 'month-by-month',
  title: '逐月趋势',
  in: ['quarterly', 'annual'],
  async load({ tables, tenant, period, metrics }) {
    const { until, filter } = metrics.context
    const months: Month[] = []
    for (let month = period.firstDay.slice(0, 7); month <= period.lastDay.slice(0, 7); month = next(month)) {
      const own = readPeriod('monthly', month, tenant.timeZone, '9999-12-31')
      if (own.from >= until) break
      const set = new MetricSet(tables, tenant, own, until, filter)
      const values: number[] = []
      for (const id of counts) values.push(await set.count(id))
      months.push({ name: month, values, sla: (await set.of('sla-rate')).value })
    }
    return months
  },
  write: months =>
    [
      table(
        ['月份', ...names, 'SLA'],
        months.map(({ name, values, sla }) => [name, ...values, percent(sla)]),
      ),
      '![逐月趋势](chart:month-by-month)',
    ].join('\n\n'),
  charts: months => ({
    'month-by-month': {
      kind: 'line',
      title: '逐月趋势',
      unit: '',
      labels: months.map(month => month.name),
      series: [1, 2, 3].map(index => ({ name: names[index] ?? '', values: months.map(month => month.values[index] ?? 0) })),
    },
  }),
})

const next = (month: string): string => {
  const [year = 0, index = 0] = month.split('-').map(Number)
  return index === 12 ? `${year + 1}-01` : `${year}-${String(index + 1).padStart(2, '0')}`
}
