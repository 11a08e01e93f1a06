// The first page for those who decide: three sentences, the figures beside those of the period before, the score.
import { defineSection, comparedWith, percent, spanWords, table } from '../section.js'

const shown = [
  ['alerts', '告警'],
  ['incidents', '事件'],
  ['closed', '闭环'],
  ['open', '期末未闭环'],
  ['overdue', '超期未闭环'],
  ['compromised-hosts', '未闭环失陷主机'],
  ['blocks', '封禁'],
  ['findings-new', '新增脆弱性'],
  ['findings-fixed', '修复脆弱性'],
  ['findings-open', '期末脆弱性'],
  ['findings-overdue', '超期脆弱性'],
] as const

interface Summary {
  readonly now: Readonly<Record<string, number>>
  readonly before: Readonly<Record<string, number>>
  readonly closure: number | null
  readonly sla: number | null
  readonly mttr: number | null
  readonly score: { readonly value: number; readonly grade: string; readonly trusted: boolean; readonly day: string } | undefined
}

export const summary = defineSection<Summary>({
  id: 'summary',
  title: { weekly: '一页结论', annual: '年度回顾', other: '管理摘要' },
  in: ['weekly', 'monthly', 'quarterly', 'annual', 'custom', 'one-page'],
  async load({ tables, tenant, period, metrics, before }) {
    const read = async (set: typeof metrics) => {
      const figures: Record<string, number> = {}
      for (const [id] of shown) figures[id] = await set.count(id)
      return figures
    }
    const days = { from: period.firstDay, before: `${period.lastDay}~` }
    const score = await tables.scoreDays.first(tenant.id, { day: days }, { order: { day: 'desc' } })
    return {
      now: await read(metrics),
      before: await read(before),
      closure: (await metrics.of('closure-rate')).value,
      sla: (await metrics.of('sla-rate')).value,
      mttr: (await metrics.of('mttr')).value,
      score: score && { value: score.score, grade: score.grade, trusted: score.trusted === 1, day: score.day },
    }
  },
  write: data =>
    [
      sentences(data).join(''),
      table(
        ['指标', '本期', '上期', '变化'],
        shown.map(([id, name]) => {
          const now = data.now[id] ?? 0
          const then = data.before[id] ?? 0
          return [name, now, then, now === then ? '持平' : now > then ? `+${now - then}` : String(now - then)]
        }),
      ),
    ].join('\n\n'),
  brief: data => {
    const { now, before, score } = data
    return [
      ...(score ? [`评分 ${score.value}（${score.grade}）${score.trusted ? '' : '，有日志源中断，评分不可信'}`] : []),
      `告警 ${now['alerts']} → 事件 ${now['incidents']}${comparedWith(now['incidents'] ?? 0, before['incidents'] ?? 0)}`,
      `闭环 ${now['closed']}，期末未闭环 ${now['open']}${(now['overdue'] ?? 0) > 0 ? `（超期 ${now['overdue']}）` : ''}`,
      `失陷主机 ${now['compromised-hosts']}｜封禁 ${now['blocks']}`,
      `脆弱性：新增 ${now['findings-new']}｜修复 ${now['findings-fixed']}｜超期 ${now['findings-overdue']}`,
      `SLA 达标 ${percent(data.sla)}｜平均闭环 ${spanWords(data.mttr)}`,
    ]
  },
  figures: ({ now }) => ({
    alerts: now['alerts'] ?? 0,
    incidents: now['incidents'] ?? 0,
    closed: now['closed'] ?? 0,
    open: now['open'] ?? 0,
    overdue: now['overdue'] ?? 0,
    compromised: now['compromised-hosts'] ?? 0,
    blocks: now['blocks'] ?? 0,
    findingsNew: now['findings-new'] ?? 0,
    findingsFixed: now['findings-fixed'] ?? 0,
    findingsOpen: now['findings-open'] ?? 0,
    findingsOverdue: now['findings-overdue'] ?? 0,
  }),
})

function sentences({ now, closure, sla, score }: Summary): string[] {
  const of = (name: string) => now[name] ?? 0
  return [
    of('incidents') === 0
      ? '本期没有新的安全事件。'
      : `本期处理告警 ${of('alerts')} 条、事件 ${of('incidents')} 起，闭环率 ${percent(closure)}，SLA 达标率 ${percent(sla)}。`,
    of('compromised-hosts') > 0
      ? `仍有 ${of('compromised-hosts')} 台失陷主机没有闭环，请优先配合处置。`
      : of('overdue') > 0
        ? `没有未闭环的失陷主机，有 ${of('overdue')} 起事件超过闭环期限。`
        : '没有未闭环的失陷主机，没有超期事件。',
    score ? `安全评分 ${score.value}（${score.grade}）${score.trusted ? '' : '，因日志源中断而不可信'}。` : '本期没有每日评分记录。',
  ]
}
