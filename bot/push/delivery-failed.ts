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
    const whom = group?.name ?? delivery.chatId
    const facts: Readonly<Record<string, string | undefined>> = { chatId: whom, code: refs['detail'] }
    const why =
      code === 'CHAT_TARGET_DEAD' && delivery.chatType === 'single'
        ? `${whom} 收不到单独发给他的消息，请检查他的地址，以及应用对他是否可见。`
        : Object.hasOwn(catalogue, code)
          ? catalogue[code as ErrorCode].reply.replaceAll(/\{(\w+)\}/g, (_, name: string) => facts[name] ?? '')
          : code
    const text = `**投递失败** ${plain(whom, 60)}：${plain(why, 120)}\n这一条：${plain(delivery.subject || delivery.kind, 60)}。可回复“投递 ${delivery.subject || '单号'}”看经过。`
    return [{ to: 'ops', subject: delivery.subject, message: { kind: 'markdown', text }, lane: 0 }]
  },
})
