// The closing card with the question whether the customer was content.
import { closedCard } from '../cards/incident-cards.js'
import { definePush } from './push.js'
import { incidentView } from './views.js'

export const incidentClosed = definePush({
  kind: 'incident-closed',
  async say({ tx, tenantId, refs }) {
    const view = await incidentView(tx, tenantId, { incidentId: refs['incidentId'] ?? '' })
    if (!view.incident.firstReportedAt) return []
    const { card, commands } = closedCard(view, refs['lesson'] ?? '')
    return [{ to: 'butler', subject: view.incident.number, message: { kind: 'card', card }, commands }]
  },
})
