// 时间线与处置 of the report of one incident: every step, and every act on a device.
import { disposalStateLabel, type Disposal } from '../../disposal/disposal.js'
import { incidentStateLabel } from '../../tickets/incident-states.js'
import type { TicketTransition } from '../../tickets/ticket.js'
import { openCase } from '../../tickets/ticket-service.js'
import { localMoment } from '../../tenants/local-time.js'
import { defineSection, table } from '../section.js'

const MOST = 200

interface Data {
  readonly opened: string
  readonly steps: readonly TicketTransition[]
  readonly acts: readonly Disposal[]
}

export const incidentTimeline = defineSection<Data>({
  id: 'incident-timeline',
  title: '时间线与处置',
  in: ['incident'],
  async load({ tables, tenant, incident: number }) {
    const { incident, ticket } = await openCase(tables, tenant.id, { number: number ?? '' })
    return {
      opened: incident.createdAt,
      steps: await tables.transitions.find(tenant.id, { ticketId: ticket.id }, { order: { at: 'asc', id: 'asc' }, limit: MOST }),
      acts: await tables.disposals.find(tenant.id, { incidentId: incident.id }, { order: { proposedAt: 'asc' }, limit: MOST }),
    }
  },
  write: ({ opened, steps, acts }, { timeZone }) =>
    [
      table(
        ['时间', '进展', '说明'],
        [
          [localMoment(opened, timeZone), '产生', '告警归并成事件'],
          ...steps.map(step => [localMoment(step.at, timeZone), incidentStateLabel[step.to], step.comment.slice(0, 200)]),
        ],
      ),
      acts.length === 0
        ? '没有在设备上执行处置。'
        : table(
            ['单号', '动作', '对象', '状态', '执行', '解除'],
            acts.map(act => [
              act.number,
              '封禁',
              act.target,
              disposalStateLabel[act.state],
              act.executedAt === null ? '—' : localMoment(act.executedAt, timeZone),
              act.releasedAt === null ? '—' : localMoment(act.releasedAt, timeZone),
            ]),
          ),
    ].join('\n\n'),
})
