// One line in the butler group about a case it has heard of: regraded, suspended, woken, accepted, opened again.
import { plain } from '../cards/format.js'
import { definePush } from './push.js'
import { incidentView } from './views.js'

export const ticketChanged = definePush({
  kind: 'ticket-changed',
  async say({ tx, tenantId, refs }) {
    const { incident } = await incidentView(tx, tenantId, { incidentId: refs['incidentId'] ?? '' })
    const text = `**${incident.number}** ${plain(incident.title, 60)}：${plain(refs['what'] ?? '', 80)}（${plain(refs['why'] ?? '', 200)}）`
    return [{ to: 'butler', subject: incident.number, message: { kind: 'markdown', text } }]
  },
})
