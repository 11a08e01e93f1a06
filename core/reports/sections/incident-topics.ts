// 事件专题: the gravest incidents of the period with their course, cause and lesson; ten of them in a year.
import { casesCreated, type CaseRow } from '../../metrics/case-rows.js'
import type { TicketTransition } from '../../tickets/ticket.js'
import { incidentStateLabel, outwardLabel } from '../../tickets/incident-states.js'
import { localMoment } from '../../tenants/local-time.js'
import { severities, severityLabel } from '../../threats/terms.js'
import { defineSection, escapeMarkdown, table } from '../section.js'

interface Topic {
  readonly row: CaseRow
  readonly course: readonly TicketTransition[]
}

const verdictRank = ['compromised', 'highly_suspicious', 'suspicious', 'attempted', 'benign']
const graveness = ({ verdict, severity, priority }: CaseRow): number =>
  (verdict ? verdictRank.indexOf(verdict.code) : 3) * 100 + severities.indexOf(severity) * 10 + Number(priority.slice(1))

export const incidentTopics = defineSection<readonly Topic[]>({
  id: 'incident-topics',
  title: { annual: '年度十大事件', other: '事件专题' },
  in: ['monthly', 'quarterly', 'annual'],
  async load({ tables, tenant, metrics, kind }) {
    const rows = (await casesCreated(metrics.context))
      .filter(row => row.state !== 'false_positive' && row.state !== 'duplicate')
      .sort((a, b) => graveness(a) - graveness(b) || (a.createdAt < b.createdAt ? -1 : 1))
      .slice(0, kind === 'annual' ? 10 : 3)
    const topics: Topic[] = []
    for (const row of rows) {
      const course = await tables.transitions.find(tenant.id, { ticketId: row.ticketId }, { order: { at: 'asc', id: 'asc' }, limit: 12 })
      topics.push({ row, course })
    }
    return topics
  },
  write: (topics, { timeZone }) =>
    topics.length === 0
      ? '本期没有需要专题说明的事件。'
      : topics
          .map(({ row, course }, index) =>
            [
              `### ${index + 1}. 【${severityLabel[row.severity]}】${escapeMarkdown(row.title)}（${row.number}）`,
              `资产 ${escapeMarkdown(row.victim.ip ?? row.victim.host ?? '未知')}，${outwardLabel[row.state]}。${row.verdict ? `依据：${row.verdict.reasons.slice(0, 3).map(escapeMarkdown).join('；')}。` : ''}`,
              course.length === 0
                ? ''
                : table(
                    ['时间', '进展', '说明'],
                    course.map(step => [localMoment(step.at, timeZone), incidentStateLabel[step.to], step.comment.slice(0, 120)]),
                  ),
              `根因与结论：${row.conclusion ? escapeMarkdown(row.conclusion) : '尚未形成结论。'}`,
            ]
              .filter(Boolean)
              .join('\n\n'),
          )
          .join('\n\n'),
})
