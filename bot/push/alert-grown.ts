// Growth of a reported incident, at most once per interval (group_interval of domain.md 18.2).
import { finalStates } from '../../core/tickets/incident-states.js'
import { plain } from '../cards/format.js'
import { definePush } from './push.js'
import { incidentView } from './views.js'

export const alertGrown = definePush({
  kind: 'alert-grown',
  async say({ tx, tenantId, refs }) {
    const { incident, ticket } = await incidentView(tx, tenantId, { incidentId: refs['incidentId'] ?? '' })
    const grown = incident.hits - incident.reportedHits
    if (!incident.firstReportedAt || grown <= 0 || finalStates.includes(ticket.state)) return []
    await tx.incidents.update(tenantId, { id: incident.id }, { reportedHits: incident.hits })
    const text = `**${incident.number}** ${plain(incident.title)}\n新增命中 ${grown} 次，累计 ${incident.hits} 次；最活跃来源 ${incident.attackers[0]?.ip ?? '未知'}。`
    return [{ to: 'butler', subject: incident.number, message: { kind: 'markdown', text }, lane: 2 }]
  },
})
