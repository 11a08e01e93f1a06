// What a new version of a report says differently from the one before; pure.
import { metrics } from '../metrics/index.js'
import type { Report } from './report.js'

const MOST = 12

/** Names of the figures sections keep. */
const figureNames: Readonly<Record<string, string>> = {
  hits: '命中',
  alerts: '告警',
  incidents: '事件',
  closed: '闭环',
  excluded: '排除',
  open: '未闭环',
  overdue: '超期事件',
  compromised: '失陷主机',
  blocks: '封禁',
  lifted: '解除',
  waiting: '待客户确认',
  findingsNew: '新增脆弱性',
  findingsFixed: '修复脆弱性',
  findingsOpen: '脆弱性存量',
  findingsOverdue: '超期脆弱性',
  score: '评分',
  events: '日志量',
}

const nameOf = (figure: string) => figureNames[figure] ?? metrics.find(({ id }) => id === figure)?.name ?? figure

export function changesSince(before: Pick<Report, 'figures' | 'markdown'>, after: Pick<Report, 'figures' | 'markdown'>): readonly string[] {
  const names = [...new Set([...Object.keys(before.figures), ...Object.keys(after.figures)])]
  const figures = names.flatMap(name => {
    const [then, now] = [before.figures[name], after.figures[name]]
    return then === now ? [] : [`${nameOf(name)} ${then ?? '—'} → ${now ?? '—'}`]
  })
  const texts = headings(after.markdown).flatMap(([heading, text]) => {
    const then = headings(before.markdown).find(([other]) => other === heading)?.[1]
    return then === text ? [] : [then === undefined ? `新增“${heading}”` : `“${heading}”有改动`]
  })
  const all = [...figures, ...texts]
  if (all.length === 0) return ['与上一版相同']
  return all.length > MOST ? [...all.slice(0, MOST), `另有 ${all.length - MOST} 处`] : all
}

function headings(markdown: string): readonly (readonly [string, string])[] {
  return markdown
    .split('\n\n## ')
    .slice(1)
    .map(part => {
      const [heading = '', ...text] = part.split('\n')
      return [heading.replace(/^[^、]*、/, ''), text.join('\n')] as const
    })
}
