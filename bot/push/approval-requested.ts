// The card that asks the customer for leave, and the line that rings the approver.
import { actOf, approvalCard } from '../cards/disposal-cards.js'
import { definePush } from './push.js'
import { approvers, disposalView } from './views.js'

export const approvalRequested = definePush({
  kind: 'approval-requested',
  async say({ tx, tenantId, refs }) {
    const view = await disposalView(tx, tenantId, refs['disposalId'] ?? '')
    if (view.disposal.state !== 'requested') return []
    const { card, commands } = approvalCard(view)
    const people = await approvers(tx, tenantId)
    const text = `${view.disposal.number} 需要您确认：${actOf(view.disposal)}。回复“同意 ${view.disposal.number}”，有卡片的也可以点按钮`
    return [
      {
        to: 'butler',
        subject: view.disposal.number,
        message: { kind: 'card', card },
        commands,
        expiresAt: view.disposal.expiresAt,
        lane: 0,
        personally: people.map(person => person.userId),
        mention: { text, userIds: people.map(person => person.userId) },
      },
    ]
  },
})
