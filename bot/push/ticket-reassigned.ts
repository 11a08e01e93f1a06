// A case goes on with another analyst: the ops room is told, and the one who has it now is rung.
import { plain } from '../cards/format.js'
import { definePush } from './push.js'
import { incidentView, nameOf } from './views.js'

export const ticketReassigned = definePush({
  kind: 'ticket-reassigned',
  async say({ tx, tenantId, refs }) {
    const { incident, ticket } = await incidentView(tx, tenantId, { incidentId: refs['incidentId'] ?? '' })
    const to = refs['newOwner'] ?? ''
    const from = refs['from'] ? plain(await nameOf(tx, tenantId, refs['from']), 30) : '无人'
    const text = `**${incident.number}** ${ticket.priority} ${plain(incident.title, 60)}：由 ${from} 转给 ${plain(await nameOf(tx, tenantId, to), 30)}（${plain(refs['by'] ?? '', 40)}）`
    const mention = { text: `${incident.number} 由您处理`, userIds: [to] }
    return [{ to: 'ops', subject: incident.number, message: { kind: 'markdown', text }, lane: 1, mention }]
  },
})
