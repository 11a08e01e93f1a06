// Before a promise is broken the ops room is told, while there is still time.
import { slaLabel, type SlaMetric } from '../../core/clocks/sla-policy.js'
import { clock, plain } from '../cards/format.js'
import { definePush } from './push.js'
import { ticketLine } from './views.js'

export const slaWarning = definePush({
  kind: 'sla-warning',
  async say({ tx, tenantId, refs }) {
    const line = await ticketLine(tx, tenantId, refs['ticketId'] ?? '')
    if (!line) return []
    const metric = slaLabel[(refs['metric'] ?? 'close') as SlaMetric]
    const text = `**${line.subject}** 时限将到：${plain(metric, 20)}须在 ${clock(refs['dueAt'] ?? null, line.zone)} 前完成，处理人 ${line.assignee}。`
    return [{ to: 'ops', subject: line.subject, message: { kind: 'markdown', text }, lane: 1, ...line.mention }]
  },
})
