// A request for leave was taken back: the customer need not decide any more.
import { actOf } from '../cards/disposal-cards.js'
import { plain } from '../cards/format.js'
import { definePush } from './push.js'

export const requestWithdrawn = definePush({
  kind: 'request-withdrawn',
  async say({ tx, tenantId, refs }) {
    const disposal = await tx.disposals.get(tenantId, refs['disposalId'] ?? '')
    if (!disposal) return []
    const text = `**${disposal.number}** 授权请求已由${plain(refs['by'] ?? '', 40)}收回，不会执行：${actOf(disposal)}。无需您操作。`
    return [{ to: 'butler', subject: disposal.number, message: { kind: 'markdown', text }, lane: 0 }]
  },
})
