// Growth of a reported incident, at most once per interval (group_interval of domain.md 18.2); every new alert is named.
import { finalStates } from '../../core/tickets/incident-states.js'
import { plain } from '../cards/format.js'
import { definePush } from './push.js'
import { incidentView } from './views.js'

const MOST_ALERTS = 1000

export const alertGrown = definePush({
  kind: 'alert-grown',
  async say({ tx, tenantId, refs }) {
    const { incident, ticket } = await incidentView(tx, tenantId, { incidentId: refs['incidentId'] ?? '' })
    const grown = incident.hits - incident.reportedHits
    if (!incident.firstReportedAt || grown <= 0 || finalStates.includes(ticket.state)) return []
    const told = await tx.deliveries.first(
      tenantId,
      { subject: incident.number, kind: { oneOf: ['alert-raised', 'alert-grown'] } },
      { order: { createdAt: 'desc' } },
    )
    const since = told?.createdAt ?? incident.firstReportedAt
    const added = await tx.alerts.find(
      tenantId,
      { incidentId: incident.id, createdAt: { atLeast: since } },
      { order: { createdAt: 'asc' }, limit: MOST_ALERTS },
    )
    await tx.incidents.update(tenantId, { id: incident.id }, { reportedHits: incident.hits })
    const source = incident.attackers[0] ? `；最活跃来源 ${incident.attackers[0].ip}` : ''
    const text = [
      `**${incident.number}** ${plain(incident.title)}`,
      `新增 ${grown} 次，累计 ${incident.hits} 次${source}。`,
      ...added.map(alert => `· ${plain(alert.title, 120)}　${alert.number}`),
    ].join('\n')
    return [
      {
        to: 'butler',
        subject: incident.number,
        message: { kind: 'markdown', text },
        lane: 2,
        level: ticket.priority,
        topic: incident.eventType,
      },
    ]
  },
})
