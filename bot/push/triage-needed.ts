// The triage card in the ops room: somebody has to take the new incident.
import { triageCard } from '../cards/incident-cards.js'
import { definePush } from './push.js'
import { incidentView } from './views.js'

export const triageNeeded = definePush({
  kind: 'triage-needed',
  async say({ tx, tenantId, refs }) {
    const view = await incidentView(tx, tenantId, { incidentId: refs['incidentId'] ?? '' })
    if (view.ticket.state !== 'new') return []
    const { card, commands } = triageCard(view)
    const grave = view.ticket.priority === 'P1' || view.ticket.priority === 'P2'
    return [{ to: 'ops', subject: view.incident.number, message: { kind: 'card', card }, commands, lane: grave ? 0 : 1 }]
  },
})
