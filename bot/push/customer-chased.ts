// The customer has not answered a request in time (domain.md 6.1, 17 rule 5): the approver is asked again, of what is urgent by phone; of a P1 then the owner.
import { clock, plain } from '../cards/format.js'
import { actOf } from '../cards/disposal-cards.js'
import { definePush } from './push.js'
import { approvers, incidentView } from './views.js'

export const customerChased = definePush({
  kind: 'customer-chased',
  async say({ tx, tenantId, refs }) {
    const ticket = await tx.tickets.get(tenantId, refs['ticketId'] ?? '')
    if (ticket?.state !== 'awaiting_customer') return []
    const { incident, tenant } = await incidentView(tx, tenantId, { incidentId: ticket.subjectId })
    const request = await tx.disposals.first(tenantId, { incidentId: incident.id, state: 'requested' }, { order: { proposedAt: 'asc' } })
    if (!request) return []
    const isOwner = refs['stage'] === 'owner'
    const people = isOwner
      ? await tx.people.find(tenantId, { role: 'owner' }, { order: { userId: 'asc' }, limit: 3 })
      : await approvers(tx, tenantId)
    const until = clock(request.expiresAt, tenant.timeZone)
    const asked = `${request.number} 还在等您的答复：${actOf(request)}，${until} 前有效。`
    const byPhone = ticket.priority === 'P1' || ticket.priority === 'P2'
    const names = people.map(person => `${person.name}${person.phone ? ` ${person.phone}` : ''}`).join('、') || '授权人'
    const userIds = people.map(person => person.userId)
    return [
      {
        to: 'butler',
        subject: request.number,
        message: { kind: 'markdown', text: `**${asked}**回复“同意 ${request.number}”或“不同意 ${request.number}”。` },
        lane: 0,
        ...(userIds.length > 0 ? { mention: { text: asked, userIds } } : {}),
        ...(byPhone ? { call: `请呼叫${isOwner ? '客户主管' : '客户授权人'} ${tenant.name} ${names}：${asked}` } : {}),
      },
      {
        to: 'ops',
        subject: request.number,
        message: {
          kind: 'markdown',
          text: `**${request.number} 客户未答复** ${plain(tenant.name, 40)}（${incident.number} ${ticket.priority}）${byPhone ? `，请电话确认 ${plain(names, 100)}` : '，已再次提醒'}${isOwner ? '。仍无应答只做预授权内的动作。' : '。'}`,
        },
        lane: byPhone ? 0 : 1,
      },
    ]
  },
})
