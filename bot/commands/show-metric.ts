// `指标`: one named figure with its definition and the rows behind it; without a name the list of them.
import { z } from 'zod'
import { findMetric, metrics } from '../../core/metrics/index.js'
import type { MetricUnit } from '../../core/metrics/metric.js'
import { readPeriod } from '../../core/reports/period.js'
import { spanWords } from '../../core/reports/section.js'
import { plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

const MOST_ROWS = 5
const DAYS = 30

export const showMetric = defineCommand({
  name: '指标',
  aliases: ['KPI'],
  says: [
    /(?:平均|大概|一般)?(?:多久|多长时间)(?:能|才)?(?:处理|处置|闭环|解决|响应|接警)|(?:处理|处置|闭环|解决|响应|接警)[^，,。]{0,4}(?:多久|多长时间)|平均(?:响应|处理|处置|接警|闭环)时间|(?:闭环|误报|修复|达标|及时|送达|复发|自动化|复验通过)率|MTT[ACDR]|满意度/i,
  ],
  keepsSentence: true,
  capability: 'see-overview',
  risk: 'read',
  help: {
    group: '报告',
    summary: '一项运营指标：口径、数值与背后的明细；不带日期是最近 30 天',
    examples: ['指标', '指标 闭环率', '指标 MTTR 10月'],
  },
  args: z.object({
    day: z.string().optional(),
    days: z.string().optional(),
    ip: z.string().optional(),
    asset: z.string().max(100).optional(),
    text: z.string().max(2_000).optional(),
  }),
  async run({ args, tenant, core }) {
    const name = args.text ?? ''
    const metric = findMetric(name.replace(/^指标/, '')) ?? byQuestion(name)
    if (!metric) return say(`可以问的指标：${metrics.map(item => item.name).join('、')}。例如“指标 闭环率 上月”。`)
    const today = core.reports.today(tenant)
    const first = new Date(Date.parse(today) - (DAYS - 1) * 86_400_000).toISOString().slice(0, 10)
    const period = readPeriod('custom', args.days ?? args.day ?? `${first}..${today}`, tenant.timeZone, today)
    const asset = args.ip ?? args.asset
    const { value, rows } = await core.metrics.ask(tenant, metric.id, period, {
      rows: MOST_ROWS,
      ...(asset === undefined ? {} : { filter: { asset } }),
    })
    const parts = (value.parts ?? []).slice(0, 6).map(([label, n]) => `${plain(label, 40)} ${figure(n, metric.unit)}`)
    return say(
      [
        `**${metric.name}**：${value.value === null ? (value.note ?? '期内没有可计的数据') : figure(value.value, metric.unit)}${value.of === undefined ? '' : `（样本 ${value.of}）`}`,
        `期间：${period.firstDay} 至 ${period.lastDay}`,
        ...(parts.length > 0 ? [parts.join('｜')] : []),
        `口径：${metric.definition}`,
        ...rows.map(row => `· ${plain(row.name, 40)} ${plain(row.text, 60)}`),
      ].join('\n'),
    )
  },
})

/** “平均多久处理完” asks for a figure without its name. */
function byQuestion(text: string) {
  if (/接警|响应/.test(text)) return findMetric('MTTA')
  return /多久|多长时间|处理|闭环/.test(text) ? findMetric('MTTR') : undefined
}

function figure(value: number, unit: MetricUnit): string {
  return unit === '分钟' ? spanWords(value) : `${value}${unit === '%' ? '' : ' '}${unit}`
}
