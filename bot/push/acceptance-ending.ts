// A risk the customer accepted comes back in a week.
import { definePush } from './push.js'
import { ticketLine } from './views.js'

export const acceptanceEnding = definePush({
  kind: 'acceptance-ending',
  async say({ tx, tenantId, refs }) {
    const line = await ticketLine(tx, tenantId, refs['ticketId'] ?? '')
    if (!line) return []
    const text = `**${line.subject}** 风险接受将在 7 天后到期，到期后重新处理。需要延长请重新签署：接受风险 ${line.subject} 期限 理由`
    return [{ to: 'butler', subject: line.subject, message: { kind: 'markdown', text } }]
  },
})
