// 脆弱性: new, fixed, open and overdue findings by level and age, the two-high-one-weak groups, what is to be done first.
import { openFindings, weakGroups } from '../../metrics/weaknesses.js'
import { localDay } from '../../tenants/local-time.js'
import { severities, severityLabel } from '../../threats/terms.js'
import { findingStateLabel } from '../../findings/finding-states.js'
import { defineSection, percent, table } from '../section.js'

const MOST = 15
const MOST_IN_ANNEX = 5000
type Row = Awaited<ReturnType<typeof openFindings>>[number]

interface Data {
  /** No other section tells the counts. */
  readonly isAlone: boolean
  readonly rows: readonly Row[]
  readonly until: string
  readonly added: number
  readonly fixed: number
  readonly rate: number | null
  readonly days: number | null
  readonly retest: number | null
  readonly ages: readonly (readonly [string, number])[]
}

export const weaknesses = defineSection<Data>({
  id: 'weaknesses',
  title: { weekly: '脆弱性', vulnerability: '脆弱性情况', other: '资产脆弱性' },
  in: ['weekly', 'monthly', 'quarterly', 'annual', 'custom', 'vulnerability'],
  async load({ metrics, kind }) {
    const rows = await openFindings(metrics.context)
    return {
      isAlone: kind === 'vulnerability',
      rows: [...rows].sort(
        (a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || (a.dueAt < b.dueAt ? -1 : a.dueAt > b.dueAt ? 1 : 0),
      ),
      until: metrics.context.until,
      added: await metrics.count('findings-new'),
      fixed: await metrics.count('findings-fixed'),
      rate: (await metrics.of('fix-rate')).value,
      days: (await metrics.of('fix-days')).value,
      retest: (await metrics.of('retest-rate')).value,
      ages: (await metrics.of('findings-age')).parts ?? [],
    }
  },
  write: ({ rows, until, added, fixed, rate, days, retest, ages }, { timeZone }) => {
    const late = rows.filter(row => row.dueAt < until)
    if (rows.length + added + fixed === 0) return '本期没有新发现的脆弱性，也没有待修复的。'
    return [
      `新增 ${added}，修复 ${fixed}，期末未修复 ${rows.length}，其中超期 ${late.length}。修复率 ${percent(rate)}，平均修复 ${days === null ? '—' : `${days} 天`}，复验通过率 ${percent(retest)}。`,
      ...(rows.length === 0
        ? ['期末没有未修复的脆弱性。']
        : [
            '![未修复的脆弱性](chart:weaknesses)',
            table(
              ['两高一弱', '未修复', '超期'],
              weakGroups.map(([name, is]) => [name, rows.filter(is).length, late.filter(is).length]),
            ),
            table(['账龄', '数量'], ages),
            `**先做这些**`,
            table(
              ['级别', '位置', '问题', '期限', '状态'],
              rows
                .slice(0, MOST)
                .map(row => [
                  severityLabel[row.severity],
                  place(row),
                  row.title.slice(0, 80),
                  `${localDay(row.dueAt, timeZone)}${row.dueAt < until ? '（超期）' : ''}`,
                  stateOf(row),
                ]),
            ),
            ...(rows.length > MOST ? [`另有 ${rows.length - MOST} 项，见附表。`] : []),
          ]),
    ].join('\n\n')
  },
  brief: ({ rows, until, added, fixed, isAlone }) => {
    const late = rows.filter(row => row.dueAt < until).length
    return [
      ...(isAlone ? [`脆弱性：新增 ${added}｜修复 ${fixed}｜未修复 ${rows.length}｜超期 ${late}`] : []),
      `两高一弱：${weakGroups.map(([name, is]) => `${name} ${rows.filter(is).length}`).join('｜')}`,
    ]
  },
  charts: ({ rows, until }) =>
    rows.length === 0
      ? {}
      : {
          weaknesses: {
            kind: 'stacked',
            title: '未修复的脆弱性',
            unit: '个',
            labels: severities.map(severity => severityLabel[severity]),
            series: [
              {
                name: '期内',
                values: severities.map(severity => rows.filter(row => row.severity === severity && row.dueAt >= until).length),
              },
              {
                name: '超期',
                values: severities.map(severity => rows.filter(row => row.severity === severity && row.dueAt < until).length),
              },
            ],
          },
        },
  sheets: ({ rows }, { timeZone }) => [
    {
      name: '脆弱性明细',
      heads: ['级别', '位置', '问题', '首次发现', '期限', '状态'],
      rows: rows
        .slice(0, MOST_IN_ANNEX)
        .map(row => [
          severityLabel[row.severity],
          place(row),
          row.title,
          localDay(row.firstSeenAt, timeZone),
          localDay(row.dueAt, timeZone),
          stateOf(row),
        ]),
    },
  ],
})

const place = (row: Row) => (row.port === 0 ? row.host : `${row.host}:${row.port}`)
/** Fixed since: it was open when the period ended. */
const stateOf = (row: Row) => (row.state === 'fixed' ? '期后已修复' : findingStateLabel[row.state])
