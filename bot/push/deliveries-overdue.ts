// Messages of a customer have not left for minutes: the ops room hears how many and why.
import { clock, plain } from '../cards/format.js'
import { definePush } from './push.js'

export const deliveriesOverdue = definePush({
  kind: 'deliveries-overdue',
  async say({ tx, tenantId, refs }) {
    const tenant = await tx.tenants.get(tenantId, tenantId)
    if (!tenant) return []
    const why = refs['code'] ? `，最近的原因 ${plain(refs['code'], 40)}` : ''
    const text = `**投递积压** ${plain(tenant.name, 60)}：${refs['count'] ?? ''} 条消息超过 5 分钟没有送达，最早 ${clock(refs['oldest'] ?? null, tenant.timeZone)}${why}。请检查机器人是否在线，必要时电话通知客户。`
    return [{ to: 'ops', subject: '', message: { kind: 'markdown', text }, lane: 0 }]
  },
})
