// One line that a P1 has been taken.
import { plain } from '../cards/format.js'
import { definePush } from './push.js'
import { incidentView } from './views.js'

export const incidentClaimed = definePush({
  kind: 'incident-claimed',
  async say({ tx, tenantId, refs }) {
    const view = await incidentView(tx, tenantId, { incidentId: refs['incidentId'] ?? '' })
    const text = `**${view.incident.number}** 已接警，正在研判。处理人：${plain(view.assignee ?? '值班分析师', 30)}`
    return [{ to: 'butler', subject: view.incident.number, message: { kind: 'markdown', text }, lane: 0 }]
  },
})
