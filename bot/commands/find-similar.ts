// `相似`: incidents of all customers that look like one, for staff in their own rooms; customers never see it.
import { z } from 'zod'
import { CLUSTER_TENANTS } from '../../core/threats/similar-incidents.js'
import { openCase } from '../../core/tickets/ticket-service.js'
import { openStates, outwardLabel } from '../../core/tickets/incident-states.js'
import { clock, plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

const SHOWN = 5

export const findSimilar = defineCommand({
  name: '相似',
  aliases: ['相似事件', '相似案例', 'similar'],
  says: [/(?:有没有|还有)?(?:类似|相似|差不多)的?(?:事件|案例|情况)/],
  capability: 'see-similar',
  risk: 'read',
  rooms: ['ops', 'expert', 'single'],
  picks: { incident: openStates },
  help: { group: '研判', summary: '各单位近 30 天的相似事件（只给服务方看）', examples: ['相似 IN-uni-261124-001'] },
  args: z.object({ incident: z.string() }),
  async run({ args, core, tenant }) {
    const { incident } = await core.transactions.read(t => openCase(t, tenant.id, { number: args.incident }))
    const similar = await core.similar.acrossTenantsSimilar(incident)
    if (similar.length === 0) return say(`**相似** ${incident.number}：近 30 天没有相似的事件。`)
    const shown = similar.slice(0, SHOWN)
    const { tickets, tenants } = await core.transactions.read(async t => ({
      tickets: await t.tickets.acrossTenantsFind({ subjectId: { oneOf: shown.map(one => one.incident.id) } }),
      tenants: await t.tenants.acrossTenantsFind({}),
    }))
    const spread = new Set([incident.tenantId, ...similar.map(one => one.incident.tenantId)]).size
    const lines = shown.map(({ incident: other, likeness }) => {
      const owner = tenants.find(one => one.id === other.tenantId)
      const ticket = tickets.find(one => one.subjectId === other.id)
      const state = ticket ? outwardLabel[ticket.state] : ''
      const end = other.conclusion ? `，${plain(other.conclusion, 40)}` : ''
      return `· ${Math.round(likeness * 100)}% ${plain(owner?.name ?? '', 16)} ${clock(other.lastAt, owner?.timeZone ?? 'Asia/Shanghai')} ${plain(other.title, 40)} ${state}${end} ${other.number}`
    })
    return say(
      [
        `**相似** ${incident.number}：近 30 天 ${similar.length} 起，涉及 ${spread} 家单位`,
        ...lines,
        ...(spread >= CLUSTER_TENANTS ? [`${spread} 家单位遇到同样的事，建议升级：升级前先核对是否同一来源。`] : []),
      ].join('\n'),
    )
  },
})
