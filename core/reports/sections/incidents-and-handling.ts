// 事件与处置: by level and by type, over time, the busiest attackers and the most attacked assets.
import { casesCreated, type CaseRow } from '../../metrics/case-rows.js'
import { outwardLabel } from '../../tickets/incident-states.js'
import { localDay, localMoment } from '../../tenants/local-time.js'
import { eventTypeLabel, severities, severityLabel } from '../../threats/terms.js'
import { defineSection, escapeMarkdown, table } from '../section.js'

const MOST_IN_ANNEX = 5000
/** So many days are shown day by day, more by the month. */
const MOST_DAYS = 62

interface Data {
  readonly rows: readonly CaseRow[]
  readonly types: readonly (readonly [string, number])[]
  readonly attackers: readonly (readonly [string, number])[]
  readonly victims: readonly (readonly [string, number])[]
  /** Labels of the stretches, with the incidents of each by level. */
  readonly course: readonly (readonly [string, readonly number[]])[]
}

export const incidentsAndHandling = defineSection<Data>({
  id: 'incidents-and-handling',
  title: '事件与处置',
  in: ['weekly', 'monthly', 'quarterly', 'annual', 'custom'],
  async load({ metrics, tenant, period }) {
    const rows = await casesCreated(metrics.context)
    const part = async (id: string) => (await metrics.of(id)).parts ?? []
    return {
      rows,
      types: await part('incident-types'),
      attackers: await part('attackers'),
      victims: await part('victims'),
      course: courseOf(rows, tenant.timeZone, period.firstDay, period.lastDay),
    }
  },
  write: ({ rows, types, attackers, victims }) =>
    rows.length === 0
      ? '本期没有新的安全事件。'
      : [
          table(
            ['级别', '事件', '已闭环', '已排除', '处理中'],
            severities.flatMap(severity => {
              const own = rows.filter(row => row.severity === severity)
              const of = (state: CaseRow['state']) => own.filter(row => row.state === state).length
              const open = own.filter(row => row.closedAt === null).length
              return own.length === 0 ? [] : [[severityLabel[severity], own.length, of('closed'), of('false_positive'), open]]
            }),
          ),
          '![事件趋势](chart:incident-course)',
          '![事件类型](chart:incident-types)',
          ...ranking('攻击源', '命中次数', attackers),
          ...ranking('被攻击资产', '事件', victims),
          ...(types.length > 0
            ? [
                `事件最多的类型：${types
                  .slice(0, 3)
                  .map(([name, n]) => `${escapeMarkdown(name)} ${n} 起`)
                  .join('、')}。`,
              ]
            : []),
        ].join('\n\n'),
  charts: ({ rows, types, course }) =>
    rows.length === 0
      ? {}
      : {
          'incident-course': {
            kind: 'stacked',
            title: '事件趋势',
            unit: '起',
            labels: course.map(([label]) => label),
            series: severities
              .map((severity, index) => ({ name: severityLabel[severity], values: course.map(([, counts]) => counts[index] ?? 0) }))
              .filter(({ values }) => values.some(n => n > 0)),
          },
          'incident-types': {
            kind: 'ranking',
            title: '事件类型',
            unit: '起',
            labels: types.slice(0, 8).map(([name]) => name),
            series: [{ name: '事件', values: types.slice(0, 8).map(([, n]) => n) }],
          },
        },
  sheets: ({ rows }, tenant) => [
    {
      name: '事件明细',
      heads: ['单号', '级别', '优先级', '类型', '标题', '资产', '攻击源', '产生', '状态', '关闭'],
      rows: rows
        .slice(0, MOST_IN_ANNEX)
        .map(row => [
          row.number,
          severityLabel[row.severity],
          row.priority,
          eventTypeLabel[row.eventType],
          row.title,
          row.victim.ip ?? row.victim.host ?? '',
          row.attackers[0]?.ip ?? '',
          localMoment(row.createdAt, tenant.timeZone),
          outwardLabel[row.state],
          row.closedAt === null ? '' : localMoment(row.closedAt, tenant.timeZone),
        ]),
    },
  ],
})

function ranking(name: string, unit: string, parts: readonly (readonly [string, number])[]): string[] {
  if (parts.length === 0) return []
  return [
    `**${name}前 ${Math.min(10, parts.length)} 位**`,
    table(
      ['序', name, unit],
      parts.slice(0, 10).map(([label, n], i) => [i + 1, label, n]),
    ),
  ]
}

function courseOf(rows: readonly CaseRow[], zone: string, firstDay: string, lastDay: string): Data['course'] {
  const length = (Date.parse(lastDay) - Date.parse(firstDay)) / 86_400_000 + 1
  const byMonth = length > MOST_DAYS
  const counts = new Map<string, number[]>()
  const keyOf = (day: string) => (byMonth ? day.slice(0, 7) : day)
  for (let at = Date.parse(firstDay); at <= Date.parse(lastDay); at += 86_400_000) {
    const key = keyOf(new Date(at).toISOString().slice(0, 10))
    if (!counts.has(key))
      counts.set(
        key,
        severities.map(() => 0),
      )
  }
  for (const row of rows) {
    const of = counts.get(keyOf(localDay(row.createdAt, zone)))
    const index = severities.indexOf(row.severity)
    if (of) of[index] = (of[index] ?? 0) + 1
  }
  return [...counts].map(([key, n]) => [byMonth ? key : key.slice(5), n] as const)
}
