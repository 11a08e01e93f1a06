// A customer says an alert is false: the ops room reviews it.
import { plain } from '../cards/format.js'
import { definePush } from './push.js'
import { incidentView } from './views.js'

export const falsePositiveReported = definePush({
  kind: 'false-positive-reported',
  async say({ tx, tenantId, refs }) {
    const view = await incidentView(tx, tenantId, { incidentId: refs['incidentId'] ?? '' })
    const text = `**${view.incident.number}** ${plain(refs['by'] ?? '')} 反馈误报：${plain(refs['reason'] ?? '')}\n请复核，确认后回复“误报 ${view.incident.number} 原因”。`
    return [{ to: 'ops', subject: view.incident.number, message: { kind: 'markdown', text }, lane: 1 }]
  },
})
