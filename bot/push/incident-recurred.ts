// The same attack came back during the observation: the ticket is open again.
import { plain } from '../cards/format.js'
import { definePush } from './push.js'
import { incidentView } from './views.js'

export const incidentRecurred = definePush({
  kind: 'incident-recurred',
  async say({ tx, tenantId, refs }) {
    const view = await incidentView(tx, tenantId, { incidentId: refs['incidentId'] ?? '' })
    const text = `**${view.incident.number}** 同一问题复发，已重开。\n${plain(view.incident.title)}；累计命中 ${view.incident.hits} 次，分析师继续处理。`
    return [
      { to: 'butler', subject: view.incident.number, message: { kind: 'markdown', text }, lane: 0 },
      { to: 'ops', subject: view.incident.number, message: { kind: 'markdown', text }, lane: 0 },
    ]
  },
})
