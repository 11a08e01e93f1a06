// The auditor found clocks that had been lost, timers nobody ran, or escalations nobody has: the ops room hears it.
import { plain } from '../cards/format.js'
import { definePush } from './push.js'

export const clocksMissing = definePush({
  kind: 'clocks-missing',
  async say({ tx, tenantId, refs }) {
    const tenant = await tx.tenants.get(tenantId, tenantId)
    const what = refs['what'] ?? ''
    const count = refs['count'] ?? ''
    const said: Readonly<Record<string, string>> = {
      lost: `${count} 个应有的计时丢失，已重建`,
      late: `${count} 个计时到期超过一分钟没有动作，请检查调度进程是否在运行`,
      orphaned: `${count} 个升级没有值班专家，请指定：${refs['subjects'] ?? ''}`,
    }
    const text = `**值守自查** ${plain(tenant?.name ?? tenantId, 40)}：${plain(said[what] ?? what, 200)}。`
    return [{ to: 'ops', subject: '', message: { kind: 'markdown', text }, lane: 0 }]
  },
})
