// The ops room learns what the customer decided.
import { actOf } from '../cards/disposal-cards.js'
import { plain } from '../cards/format.js'
import { definePush } from './push.js'
import { disposalView } from './views.js'

export const disposalDecided = definePush({
  kind: 'disposal-decided',
  async say({ tx, tenantId, refs }) {
    const { disposal } = await disposalView(tx, tenantId, refs['disposalId'] ?? '')
    const agreed = disposal.state !== 'rejected'
    const comment = refs['comment'] ? `，说明：${plain(refs['comment'])}` : ''
    const text = agreed
      ? `**${disposal.number}** ${plain(refs['by'] ?? '')}同意${actOf(disposal)}，正在执行。`
      : `**${disposal.number}** ${plain(refs['by'] ?? '')}不同意${actOf(disposal)}${comment}。请在 30 分钟内给出新方案。`
    return [{ to: 'ops', subject: disposal.number, message: { kind: 'markdown', text }, lane: 0 }]
  },
})
