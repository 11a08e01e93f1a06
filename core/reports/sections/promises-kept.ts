// 处置与 SLA: promises kept by metric, and how long things took.
import type { MetricValue } from '../../metrics/metric.js'
import { metricById } from '../../metrics/index.js'
import { defineSection, percent, spanWords, table } from '../section.js'

const times = ['mttd', 'mtta', 'first-notice', 'verdict-delay', 'mttc', 'mttr', 'customer-wait'] as const
const rates = ['closure-rate', 'false-positive-rate', 'recurrence-rate', 'automation-rate', 'deliveries-proven'] as const

interface Data {
  readonly sla: MetricValue
  readonly times: readonly (readonly [string, MetricValue])[]
  readonly rates: readonly (readonly [string, MetricValue])[]
}

export const promisesKept = defineSection<Data>({
  id: 'promises-kept',
  title: { weekly: 'SLA', other: '处置与 SLA' },
  in: ['weekly', 'monthly', 'quarterly', 'annual', 'custom', 'service'],
  async load({ metrics }) {
    const read = (ids: readonly string[]) =>
      Promise.all(ids.map(async id => [metricById.get(id)?.name ?? id, await metrics.of(id)] as const))
    return { sla: await metrics.of('sla-rate'), times: await read(times), rates: await read(rates) }
  },
  write: data =>
    [
      data.sla.value === null
        ? '本期没有到期的承诺。'
        : [
            `到期承诺 ${data.sla.of} 项，按时完成 ${percent(data.sla.value)}。`,
            table(
              ['承诺', '达标率'],
              (data.sla.parts ?? []).map(([name, value]) => [name, percent(value)]),
            ),
          ].join('\n\n'),
      table(
        ['时长', '平均', '中位数', 'P95', '样本'],
        data.times.map(([name, value]) => [
          name,
          spanWords(value.value),
          spanWords(part(value, '中位数')),
          spanWords(part(value, 'P95')),
          value.of ?? 0,
        ]),
      ),
      table(
        ['比率', '本期', '样本'],
        data.rates.map(([name, value]) => [name, percent(value.value), value.of ?? 0]),
      ),
      ...(part(data.times.find(([name]) => name === 'MTTR')?.[1], '净值') === undefined
        ? []
        : [
            `平均闭环毛值 ${spanWords(data.times.find(([name]) => name === 'MTTR')?.[1].value)}，扣除等客户与挂起后的净值 ${spanWords(part(data.times.find(([name]) => name === 'MTTR')?.[1], '净值'))}。`,
          ]),
    ].join('\n\n'),
})

const part = (value: MetricValue | undefined, name: string) => value?.parts?.find(([label]) => label === name)?.[1]
