// The incident got graver (a success after failures, say): told at once in both rooms.
import { severityLabel } from '../../core/threats/terms.js'
import { plain } from '../cards/format.js'
import { certainty, triageCard } from '../cards/incident-cards.js'
import { definePush } from './push.js'
import { incidentView } from './views.js'

export const alertWorsened = definePush({
  kind: 'alert-worsened',
  async say({ tx, tenantId, refs }) {
    const view = await incidentView(tx, tenantId, { incidentId: refs['incidentId'] ?? '' })
    const { incident } = view
    const { card, commands } = triageCard(view)
    const text = [
      `**${incident.number} 升级为${severityLabel[incident.severity]}**`,
      plain(incident.title),
      `依据：${plain(view.alerts[0]?.reason ?? '')}`,
      `确定性：${certainty(view)}；处理人：${plain(view.assignee ?? '值班分析师', 30)}`,
    ].join('\n')
    const told = incident.firstReportedAt
      ? [
          {
            to: 'butler' as const,
            subject: incident.number,
            message: { kind: 'markdown' as const, text },
            lane: 0 as const,
            level: view.ticket.priority,
            topic: incident.eventType,
          },
        ]
      : []
    return [...told, { to: 'ops', subject: incident.number, message: { kind: 'card', card }, commands, lane: 0 }]
  },
})
