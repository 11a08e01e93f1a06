// 安全态势: the score day by day, and what takes points off at the end of the period.
import { scoresOf } from '../../scores/score-service.js'
import { scoreCategoryLabel } from '../../scores/score.js'
import type { ScoreDay } from '../../scores/score-day.js'
import { defineSection, table } from '../section.js'

/** Points of a picture; more days are thinned out, the last stays. */
const MOST_POINTS = 62

export const scoreTrend = defineSection<readonly ScoreDay[]>({
  id: 'score-trend',
  title: '安全态势',
  in: ['monthly', 'quarterly', 'annual'],
  load: ({ tables, tenant, period }) => scoresOf(tables, tenant.id, period.firstDay, period.lastDay),
  write: days => {
    const last = days.at(-1)
    if (!last) return '本期没有每日评分记录。'
    const values = days.map(day => day.score)
    const deductions = [...last.content.deductions].filter(({ points }) => points >= 0.05).sort((a, b) => b.points - a.points)
    return [
      `期末评分 ${last.score}（${last.grade}），期内最高 ${Math.max(...values)}、最低 ${Math.min(...values)}。${last.trusted === 1 ? '' : '期末有日志源中断，评分不可信。'}`,
      '![安全评分趋势](chart:score-trend)',
      deductions.length === 0
        ? '期末没有扣分项。'
        : table(
            ['扣分项', '扣分'],
            deductions.map(({ category, points }) => [scoreCategoryLabel[category], points.toFixed(1)]),
          ),
      ...(last.content.unmeasured.length > 0 ? [`尚未测量、因而没有扣分的：${last.content.unmeasured.join('、')}。`] : []),
    ].join('\n\n')
  },
  charts: days => {
    if (days.length === 0) return {}
    const every = Math.ceil(days.length / MOST_POINTS)
    const kept = days.filter((_, index) => (days.length - 1 - index) % every === 0)
    return {
      'score-trend': {
        kind: 'line',
        title: '安全评分',
        unit: '分',
        labels: kept.map(day => day.day.slice(5)),
        series: [{ name: '评分', values: kept.map(day => day.score) }],
      },
    }
  },
  figures: (days): Record<string, number> => (days.length === 0 ? {} : { score: days.at(-1)!.score }),
})
