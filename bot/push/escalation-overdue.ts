// No expert took the case in time, or nobody is on duty for it: everybody who could is rung.
import { PLATFORM } from '../../core/tenants/tenant.js'
import { clock, plain } from '../cards/format.js'
import { definePush } from './push.js'
import { ticketLine } from './views.js'

export const escalationOverdue = definePush({
  kind: 'escalation-overdue',
  async say({ tx, tenantId, refs }) {
    const line = await ticketLine(tx, tenantId, refs['ticketId'] ?? '')
    const ticket = await tx.tickets.get(tenantId, refs['ticketId'] ?? '')
    const open = await tx.escalations.first(tenantId, { ticketId: refs['ticketId'] ?? '', state: 'requested' })
    if (!line || !ticket || !open) return []
    const experts = await tx.people.find(PLATFORM, { role: 'senior_expert' }, { order: { userId: 'asc' }, limit: 20 })
    const names = experts.map(person => `${person.name}${person.phone ? ` ${person.phone}` : ''}`).join('、')
    const due = clock(refs['dueAt'] ?? null, line.zone)
    const text = `**${line.subject} 升级无人受理** 应在 ${due} 前有专家介入。请受理：受理升级 ${line.subject}。专家：${plain(names, 300)}`
    const call = ticket.priority === 'P1' ? { call: `升级无人受理 ${line.subject}，请依次呼叫：${names}` } : {}
    const mention = { text: `${line.subject} 升级无人受理`, userIds: experts.map(person => person.userId) }
    return (['expert', 'ops'] as const).map((to, index) => ({
      to,
      subject: line.subject,
      message: { kind: 'markdown', text },
      lane: 0,
      ...(index === 0 ? { ...call, mention } : {}),
    }))
  },
})
