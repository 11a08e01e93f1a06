// Both have signed, or somebody wants it undone, and no device of ours can do it: people do it, and the ops room hears at once.
import { actOf } from '../cards/disposal-cards.js'
import { duration, plain } from '../cards/format.js'
import { definePush } from './push.js'

export const actByHand = definePush({
  kind: 'act-by-hand',
  async say({ tx, tenantId, refs }) {
    const disposal = await tx.disposals.get(tenantId, refs['disposalId'] ?? '')
    const tenant = await tx.tenants.get(tenantId, tenantId)
    if (!disposal || !tenant) return []
    const undo = disposal.state === 'released'
    const what = undo
      ? `请人工解除：${actOf(disposal)}，由${plain(disposal.releaseWanted ?? '', 40)}要求`
      : `双签完成，请人工执行：${actOf(disposal)} ${duration(disposal.seconds)}，到期请解除`
    const text = `**${disposal.number}** ${plain(tenant.name, 40)}：${what}。做完请在客户群里说明结果。`
    const mention = { text: `${disposal.number} 需要人工处理`, userIds: [disposal.proposedBy] }
    return [{ to: 'ops', subject: disposal.number, message: { kind: 'markdown', text }, lane: 0, mention }]
  },
})
