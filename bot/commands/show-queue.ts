// `待研判`: the analysts' queue, what people will most likely call real at the head; nothing is left out of the count.
import { z } from 'zod'
import type { Core } from '../../core/core.js'
import { PLATFORM, type Tenant } from '../../core/tenants/tenant.js'
import { severityLabel } from '../../core/threats/terms.js'
import { plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

const MOST = 10
/** Oldest first where there are more: they must not wait for ever. */
const LOOKED_AT = 200

export const showQueue = defineCommand({
  name: '待研判',
  aliases: ['队列', '待接警', 'queue'],
  capability: 'claim-and-judge',
  risk: 'read',
  rooms: ['ops', 'expert', 'single'],
  help: { group: '研判', summary: '待研判的事件，按优先级和真实可能排序，一件不少', examples: ['待研判'] },
  args: z.object({}),
  async run({ tenant, core }) {
    return say(await queue(core, [tenant]))
  },
  async runAcross({ core }) {
    return say(await queue(core, await core.directory.acrossTenantsList()))
  },
})

async function queue(core: Core, tenants: readonly Tenant[]): Promise<string> {
  const ids = tenants.map(tenant => tenant.id).filter(id => id !== PLATFORM)
  return core.transactions.read(async t => {
    const tickets = await t.tickets.acrossTenantsFind(
      { tenantId: { oneOf: ids }, state: { oneOf: ['new', 'triaging'] } },
      { order: { createdAt: 'asc' }, limit: LOOKED_AT },
    )
    if (tickets.length === 0) return '没有待研判的事件。'
    const incidents = await t.incidents.acrossTenantsFind({ id: { oneOf: tickets.map(ticket => ticket.subjectId) } })
    const cases = tickets.flatMap(ticket => {
      const incident = incidents.find(one => one.id === ticket.subjectId)
      const tenant = tenants.find(one => one.id === ticket.tenantId)
      return incident && tenant ? [{ ticket, incident, tenant }] : []
    })
    const scores = await core.triage.score(t, cases)
    const score = (id: string) => scores.get(id) ?? 0
    cases.sort((a, b) =>
      a.ticket.priority < b.ticket.priority ? -1 : a.ticket.priority > b.ticket.priority ? 1 : score(b.incident.id) - score(a.incident.id),
    )
    const lines = cases
      .slice(0, MOST)
      .map(
        ({ ticket, incident }) =>
          `· ${ticket.priority} **${incident.number}** ${plain(incident.title, 50)}　${severityLabel[incident.severity]}，真实可能 ${Math.round(score(incident.id) * 100)}%`,
      )
    const more =
      tickets.length > MOST ? [`……共 ${tickets.length}${tickets.length === LOOKED_AT ? ' 件以上' : ' 件'}，其余回复“事件”查看`] : []
    return [`**待研判 ${tickets.length} 件**`, ...lines, ...more].join('\n')
  })
}
