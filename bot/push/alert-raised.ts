// The first report of an incident in the butler group; after it growth and worsening are told as follow-ups.
import { incidentView } from './views.js'
import { clip } from '../cards/format.js'
import { firstReportCard } from '../cards/incident-cards.js'
import { finalStates } from '../../core/tickets/incident-states.js'
import { definePush } from './push.js'

export const alertRaised = definePush({
  kind: 'alert-raised',
  async say({ tx, tenantId, refs }) {
    const view = await incidentView(tx, tenantId, { incidentId: refs['incidentId'] ?? '' })
    // Excluded while hits were still being gathered: the customer is not told of something that was nothing.
    if (finalStates.includes(view.ticket.state)) return []
    const { card, commands } = firstReportCard(view, tx.at)
    await tx.incidents.update(tenantId, { id: view.incident.id }, { firstReportedAt: tx.at, reportedHits: view.incident.hits })
    const grave = view.ticket.priority === 'P1' || view.ticket.priority === 'P2'
    const owner = await tx.people.first(tenantId, { role: { oneOf: ['operator', 'approver', 'owner'] } }, { order: { role: 'asc' } })
    return [
      {
        to: 'butler',
        subject: view.incident.number,
        message: { kind: 'card', card },
        commands,
        lane: grave ? 0 : 1,
        level: view.ticket.priority,
        topic: view.incident.eventType,
        ...(grave && owner
          ? { mention: { text: `${view.incident.number} ${clip(view.incident.title, 60)}，请看群里的通知`, userIds: [owner.userId] } }
          : {}),
      },
    ]
  },
})
