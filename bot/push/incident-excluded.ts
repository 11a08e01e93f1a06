// What was reported before turned out to be nothing.
import { plain } from '../cards/format.js'
import { definePush } from './push.js'
import { incidentView } from './views.js'

export const incidentExcluded = definePush({
  kind: 'incident-excluded',
  async say({ tx, tenantId, refs }) {
    const view = await incidentView(tx, tenantId, { incidentId: refs['incidentId'] ?? '' })
    const text = `**${view.incident.number}** 已排除：${plain(refs['reason'] ?? '')}\n无需您操作，给您添扰了。`
    return [{ to: 'butler', subject: view.incident.number, message: { kind: 'markdown', text }, lane: 1 }]
  },
})
