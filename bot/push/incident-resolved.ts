// The result card: verification passed, observation begins (template 4 of domain.md 18.3).
import { resolvedCard } from '../cards/incident-cards.js'
import { definePush } from './push.js'
import { incidentView } from './views.js'

export const incidentResolved = definePush({
  kind: 'incident-resolved',
  async say({ tx, tenantId, refs }) {
    const view = await incidentView(tx, tenantId, { incidentId: refs['incidentId'] ?? '' })
    const contained = (
      await tx.transitions.find(tenantId, { ticketId: view.ticket.id, to: 'eradicating' }, { order: { at: 'asc' }, limit: 1 })
    )[0]
    const contain = contained ? (Date.parse(contained.at) - Date.parse(view.incident.createdAt)) / 1000 : undefined
    const { card } = resolvedCard(view, { lines: (refs['lines'] ?? '').split('\n'), ...(contain === undefined ? {} : { contain }) })
    const subject = view.incident.number
    // The ops room has it as the answer to `复验`.
    return [{ to: 'butler', subject, message: { kind: 'card', card } }]
  },
})
