// A promise was broken: the ops room is told, and who has the case is rung.
import { slaLabel, type SlaMetric } from '../../core/clocks/sla-policy.js'
import { clock, plain } from '../cards/format.js'
import { definePush } from './push.js'
import { ticketLine } from './views.js'

export const slaBreached = definePush({
  kind: 'sla-breached',
  async say({ tx, tenantId, refs }) {
    const line = await ticketLine(tx, tenantId, refs['ticketId'] ?? '')
    if (!line) return []
    const metric = slaLabel[(refs['metric'] ?? 'close') as SlaMetric]
    const text = `**${line.subject}** 已超时：${plain(metric, 20)}应在 ${clock(refs['dueAt'] ?? null, line.zone)} 前完成，处理人 ${line.assignee}，请立即处理或升级。`
    return [{ to: 'ops', subject: line.subject, message: { kind: 'markdown', text }, lane: 0, ...line.mention }]
  },
})
