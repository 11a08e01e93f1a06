// A second look found the measure not in force.
import { plain } from '../cards/format.js'
import { definePush } from './push.js'
import { incidentView } from './views.js'

export const verificationFailed = definePush({
  kind: 'verification-failed',
  async say({ tx, tenantId, refs }) {
    const view = await incidentView(tx, tenantId, { incidentId: refs['incidentId'] ?? '' })
    const text = `**${view.incident.number}** 复验未通过，已退回处理。\n${plain(refs['lines'] ?? '')}`
    return [
      { to: 'butler', subject: view.incident.number, message: { kind: 'markdown', text }, lane: 0 },
      { to: 'ops', subject: view.incident.number, message: { kind: 'markdown', text }, lane: 0 },
    ]
  },
})
