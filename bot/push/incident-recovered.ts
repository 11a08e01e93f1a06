// Every alert of an incident is over at the product it came from.
import { finalStates } from '../../core/tickets/incident-states.js'
import { plain } from '../cards/format.js'
import { definePush } from './push.js'
import { incidentView } from './views.js'

export const incidentRecovered = definePush({
  kind: 'incident-recovered',
  async say({ tx, tenantId, refs }) {
    const { incident, ticket, alerts } = await incidentView(tx, tenantId, { incidentId: refs['incidentId'] ?? '' })
    // It came back in the meantime, or was never told, or is closed: nothing to say.
    if (!incident.firstReportedAt || finalStates.includes(ticket.state) || alerts.some(alert => alert.resolvedAt === null)) return []
    const text = `**${incident.number}** ${plain(incident.title)}\n来源产品报告已恢复，无需您操作。`
    const staff = `**${incident.number}** ${plain(incident.title)} 已恢复（来源产品报告）。请确认后处理工单。`
    return [
      {
        to: 'butler',
        subject: incident.number,
        message: { kind: 'markdown', text },
        lane: 2,
        level: ticket.priority,
        topic: incident.eventType,
      },
      { to: 'ops', subject: incident.number, message: { kind: 'markdown', text: staff }, lane: 2 },
    ]
  },
})
