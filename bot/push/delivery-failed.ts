// A message could not be delivered for good: the ops room hears which group, and why.
import { catalogue, type ErrorCode } from '../../core/errors.js'
import { plain } from '../cards/format.js'
import { definePush } from './push.js'

export const deliveryFailed = definePush({
  kind: 'delivery-failed',
  async say({ tx, tenantId, refs }) {
    const delivery = await tx.deliveries.get(tenantId, refs['deliveryId'] ?? '')
    if (!delivery) return []
    const group = (await tx.groups.acrossTenantsFind({ chatId: delivery.chatId }, { limit: 1 }))[0]
    // The ops room itself is out of reach: saying so there would go round in circles.
    if (group?.kind === 'ops') return []
    const code = refs['code'] ?? ''
    const why = Object.hasOwn(catalogue, code)
      ? catalogue[code as ErrorCode].reply.replaceAll(/\{\w+\}/g, () => refs['detail'] ?? '')
      : code
    const text = `**投递失败** ${plain(group?.name ?? delivery.chatId, 60)}：${plain(why, 120)}\n这一条：${plain(delivery.subject || delivery.kind, 60)}。可回复“投递 ${delivery.subject || '单号'}”看经过。`
    return [{ to: 'ops', subject: delivery.subject, message: { kind: 'markdown', text }, lane: 0 }]
  },
})
