// 服务用量: what the service did in the period, and how it was received.
import { metricById } from '../../metrics/index.js'
import type { MetricValue } from '../../metrics/metric.js'
import { defineSection, table } from '../section.js'

const shown = [
  'events',
  'hits',
  'alerts',
  'incidents',
  'closed',
  'blocks',
  'lifted',
  'scans',
  'deliveries-proven',
  'automation-rate',
  'satisfaction',
  'log-coverage',
] as const

export const serviceUsage = defineSection<readonly (readonly [string, MetricValue])[]>({
  id: 'service-usage',
  title: '服务用量',
  in: ['monthly', 'quarterly', 'annual', 'service'],
  load: ({ metrics }) => Promise.all(shown.map(async id => [id, await metrics.of(id)] as const)),
  write: rows =>
    table(
      ['项目', '本期', '口径'],
      rows.map(([id, value]) => {
        const metric = metricById.get(id)!
        return [metric.name, value.value === null ? '—' : `${value.value} ${metric.unit}`, metric.definition]
      }),
    ),
  brief: rows => {
    const of = (id: string) => rows.find(([name]) => name === id)?.[1].value ?? 0
    return [`日志 ${of('events')} 条｜告警 ${of('alerts')} 条｜事件 ${of('incidents')} 起｜封禁 ${of('blocks')} 次`]
  },
  figures: rows => ({ events: rows.find(([id]) => id === 'events')?.[1].value ?? 0 }),
})
