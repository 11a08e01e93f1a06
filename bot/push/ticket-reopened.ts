// A closed case is open again: the ops room takes it up.
import { plain } from '../cards/format.js'
import { definePush } from './push.js'
import { incidentView } from './views.js'

export const ticketReopened = definePush({
  kind: 'ticket-reopened',
  async say({ tx, tenantId, refs }) {
    const { incident, tenant } = await incidentView(tx, tenantId, { incidentId: refs['incidentId'] ?? '' })
    const text = `**${incident.number}** ${plain(tenant.name, 40)} ${plain(incident.title, 60)}：${plain(refs['by'] ?? '', 40)} 重开（${plain(refs['why'] ?? '', 200)}），请接着处理。`
    return [{ to: 'ops', subject: incident.number, message: { kind: 'markdown', text }, lane: 0 }]
  },
})
