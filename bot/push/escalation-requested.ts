// A case is escalated and its time has come: the expert room gets it with the button, the expert on duty is rung, for a P1 by phone at any hour.
import { dutyIn } from '../../core/duty/duty-desk.js'
import { escalationReasonLabel } from '../../core/escalations/escalation.js'
import { card, clip, plain } from '../cards/format.js'
import { certainty } from '../cards/incident-cards.js'
import { definePush } from './push.js'
import { incidentView } from './views.js'

export const escalationRequested = definePush({
  kind: 'escalation-requested',
  async say({ tx, tenantId, refs }) {
    const escalation = await tx.escalations.get(tenantId, refs['escalationId'] ?? '')
    if (escalation?.state !== 'requested' || escalation.startsAt > tx.at) return []
    const view = await incidentView(tx, tenantId, { number: escalation.subject })
    const { incident, ticket, tenant } = view
    const expert = (await dutyIn(tx, tx.at))?.expert
    // Who is on duty now has it, should the rota have changed since.
    if (expert && expert.userId !== escalation.expert)
      await tx.escalations.update(tenantId, { id: escalation.id, state: 'requested' }, { expert: expert.userId })
    const why = escalationReasonLabel[escalation.reason]
    const shown = card({
      source: `升级 · ${tenant.name}`,
      title: `【${ticket.priority}·升级】${incident.title}`,
      desc: `原因：${why}`,
      text: escalation.words,
      facts: [
        { name: '单位', value: `${tenant.name}（${tenant.code}）` },
        { name: '判断', value: certainty(view) },
        { name: '处理人', value: view.assignee ?? '待认领' },
        { name: '值班专家', value: expert?.name ?? '没有人在值班' },
        { name: '单号', value: incident.number },
      ],
      whole: [incident.number],
      buttons: [
        { key: 'take', text: '受理', style: 'primary' },
        { key: 'why', text: '为什么', style: 'plain' },
      ],
    })
    const commands = { take: `受理升级 ${incident.number}`, why: `为什么 ${incident.number}` }
    const line = `${incident.number} ${ticket.priority} 升级（${why}），请${expert?.name ?? '高级专家'}受理：受理升级 ${incident.number}`
    const base = { subject: incident.number, lane: 0 } as const
    const isGravest = ticket.priority === 'P1'
    const phone = expert?.phone ? `，电话 ${plain(expert.phone, 32)}` : ''
    return [
      {
        ...base,
        to: 'expert',
        message: { kind: 'card', card: shown },
        commands,
        level: ticket.priority,
        ...(expert ? { mention: { text: clip(line, 200), userIds: [expert.userId] }, personally: [expert.userId] } : {}),
        ...(isGravest
          ? { call: `请呼叫值班高级专家 ${expert?.name ?? '（无人值班，请呼叫任一专家）'} ${expert?.phone ?? ''}：${line}` }
          : {}),
      },
      {
        ...base,
        to: 'ops',
        message: {
          kind: 'markdown',
          text: `**${incident.number} 升级** ${ticket.priority}（${why}），请${plain(expert?.name ?? '高级专家', 30)}受理：受理升级 ${incident.number}${isGravest ? `。P1 须电话唤起，五分钟内没有受理请人工再拨${phone}` : ''}`,
        },
      },
    ]
  },
})
