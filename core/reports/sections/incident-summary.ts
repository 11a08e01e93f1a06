// 摘要、影响与根因 of the report of one incident.
import { openCase } from '../../tickets/ticket-service.js'
import type { Case } from '../../tickets/ticket-service.js'
import { incidentStateLabel } from '../../tickets/incident-states.js'
import { localMoment } from '../../tenants/local-time.js'
import { attackResultLabel, eventTypeLabel, severityLabel, verdictCodeLabel } from '../../threats/terms.js'
import { defineSection, escapeMarkdown, table } from '../section.js'

export const incidentSummary = defineSection<Case>({
  id: 'incident-summary',
  title: '摘要、影响与根因',
  in: ['incident'],
  load: ({ tables, tenant, incident }) => openCase(tables, tenant.id, { number: incident ?? '' }),
  write: ({ incident, ticket }, { timeZone }) => {
    const verdict = incident.verdict ?? incident.judgement
    return [
      table(
        ['项目', '内容'],
        [
          ['单号', incident.number],
          ['事件', incident.title],
          ['类型', eventTypeLabel[incident.eventType]],
          ['级别', `${severityLabel[incident.severity]}，${ticket.priority}`],
          ['资产', incident.victim.ip ?? incident.victim.host ?? '未知'],
          ['攻击结果', attackResultLabel[incident.attackResult]],
          ['首次行为', localMoment(incident.firstAt, timeZone)],
          ['产生', localMoment(incident.createdAt, timeZone)],
          ['状态', incidentStateLabel[ticket.state]],
          ['命中', `${incident.hits} 次`],
        ],
      ),
      `结论：${verdictCodeLabel[verdict.code]}${incident.verdict ? '' : '（自动研判，尚未由人确认）'}，置信度 ${Math.round(verdict.confidence * 100)}%。`,
      `依据：${verdict.reasons.map(escapeMarkdown).join('；') || '—'}。`,
      `影响：${escapeMarkdown(verdict.effect)}。`,
      `根因与结论：${incident.conclusion ? escapeMarkdown(incident.conclusion) : '尚未形成结论。'}`,
    ].join('\n\n')
  },
  brief: ({ incident, ticket }) => [
    `【${severityLabel[incident.severity]}】${escapeMarkdown(incident.title)}`,
    `${incidentStateLabel[ticket.state]}，命中 ${incident.hits} 次（${incident.number}）`,
  ],
})
