// The observation passed quietly: the analyst writes the lesson.
import { definePush } from './push.js'
import { incidentView } from './views.js'

export const observationEnded = definePush({
  kind: 'observation-ended',
  async say({ tx, tenantId, refs }) {
    const view = await incidentView(tx, tenantId, { incidentId: refs['incidentId'] ?? '' })
    const text = `**${view.incident.number}** 观察期满，无复发。请写结论并闭环：关闭 ${view.incident.number} 教训与改进`
    return [{ to: 'ops', subject: view.incident.number, message: { kind: 'markdown', text }, lane: 1 }]
  },
})
