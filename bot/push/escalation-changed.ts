// An expert took an escalation, finished it or gave it back: the ops room hears it, and the customer's group that an expert is on it.
import type { EscalationState } from '../../core/escalations/escalation.js'
import { plain } from '../cards/format.js'
import { definePush } from './push.js'
import { incidentView } from './views.js'

const verb: Readonly<Record<EscalationState, string>> = {
  requested: '请求',
  accepted: '已受理升级',
  resolved: '办结升级',
  returned: '退回升级',
}

export const escalationChanged = definePush({
  kind: 'escalation-changed',
  async say({ tx, tenantId, refs }) {
    const escalation = await tx.escalations.get(tenantId, refs['escalationId'] ?? '')
    if (!escalation) return []
    const { incident } = await incidentView(tx, tenantId, { number: escalation.subject })
    const state = (refs['state'] ?? 'accepted') as EscalationState
    const words = refs['words'] ? `：${plain(refs['words'], 300)}` : ''
    const text = `**${incident.number}** ${plain(refs['by'] ?? '', 40)} ${verb[state]}${words}`
    const told = state === 'accepted' && (escalation.reason === 'customer' || incident.firstReportedAt !== null)
    return [
      { to: 'ops', subject: incident.number, message: { kind: 'markdown', text }, lane: 1 },
      ...(told
        ? [
            {
              to: 'butler' as const,
              subject: incident.number,
              message: { kind: 'markdown' as const, text: `**${incident.number}** 高级专家已介入，有进展在这里说明。` },
            },
          ]
        : []),
    ]
  },
})
