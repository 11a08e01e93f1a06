// 一、概览 of the daily report: alerts → incidents → closed, and what is still open.
import { defineSection } from '../section.js'

interface Overview {
  readonly figures: Readonly<Record<string, number>>
  readonly bySeverity: readonly (readonly [string, number])[]
  readonly score: { readonly value: number; readonly trusted: boolean; readonly change: number | undefined } | undefined
  readonly weak: { readonly added: number; readonly fixed: number; readonly overdue: number }
}

export const overview = defineSection<Overview>({
  id: 'overview',
  title: '概览',
  in: ['daily'],
  async load({ tables, tenant, period, metrics }) {
    const days = await tables.scoreDays.find(tenant.id, { day: { atMost: period.lastDay } }, { order: { day: 'desc' }, limit: 2 })
    const [own, before] = days
    return {
      figures: {
        hits: await metrics.count('hits'),
        alerts: await metrics.count('alerts'),
        incidents: await metrics.count('incidents'),
        closed: await metrics.count('closed'),
        excluded: await metrics.count('excluded'),
        open: await metrics.count('open'),
        blocks: await metrics.count('blocks'),
        lifted: await metrics.count('lifted'),
      },
      bySeverity: (await metrics.of('incidents')).parts ?? [],
      score:
        own?.day === period.lastDay
          ? { value: own.score, trusted: own.trusted === 1, change: before && Math.round((own.score - before.score) * 10) / 10 }
          : undefined,
      weak: {
        added: await metrics.count('findings-new'),
        fixed: await metrics.count('findings-fixed'),
        overdue: await metrics.count('findings-overdue'),
      },
    }
  },
  write: ({ figures: f, bySeverity, weak, score }) => {
    const calm = ['alerts', 'open', 'closed', 'excluded', 'blocks', 'lifted'].every(name => f[name] === 0)
    return [
      ...(score
        ? [
            `评分 ${score.value}${score.change === undefined ? '' : `（${score.change >= 0 ? '+' : ''}${score.change}）`}${score.trusted ? '' : '，评分不可信：有日志源中断'}`,
          ]
        : []),
      ...(calm
        ? ['没有新告警，没有未闭环事件。']
        : [
            `命中 ${f['hits']} → 告警 ${f['alerts']} → 事件 ${f['incidents']}${bySeverity.length > 0 ? `（${bySeverity.map(([severity, n]) => `${severity} ${n}`).join('、')}）` : ''}`,
            `闭环 ${f['closed']}｜排除 ${f['excluded']}｜未闭环 ${f['open']}`,
            `封禁 ${f['blocks']}｜解除 ${f['lifted']}`,
          ]),
      ...(weak.added + weak.fixed + weak.overdue > 0 ? [`脆弱性：新增 ${weak.added}｜修复 ${weak.fixed}｜超期 ${weak.overdue}`] : []),
    ].join('\n\n')
  },
  figures: ({ figures, weak }) => ({ ...figures, findingsNew: weak.added, findingsFixed: weak.fixed, findingsOverdue: weak.overdue }),
})
