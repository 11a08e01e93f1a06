// 三、重点事件: one sentence each, gravest first.
import { outwardLabel } from '../../tickets/incident-states.js'
import { fits } from '../../metrics/case-rows.js'
import { compareSeverity, severities, severityLabel } from '../../threats/terms.js'
import type { Incident } from '../../threats/incident.js'
import type { Ticket } from '../../tickets/ticket.js'
import { defineSection, escapeMarkdown } from '../section.js'

const MOST = 5

export const keyIncidents = defineSection<readonly { incident: Incident; ticket: Ticket | undefined }[]>({
  id: 'key-incidents',
  title: '重点事件',
  in: ['daily', 'one-page'],
  async load({ tables, tenant, period, metrics }) {
    const { filter } = metrics.context
    // Only as many rows of each level as could be shown.
    const found: Incident[] = []
    for (const severity of severities) {
      if (found.length >= MOST) break
      const where = { lastAt: { atLeast: period.from }, createdAt: { below: period.to }, severity }
      const rows = await tables.incidents.find(tenant.id, where, {
        order: { createdAt: 'asc' },
        limit: filter.asset === undefined ? MOST : 500,
      })
      found.push(...rows.filter(incident => fits(incident, filter)))
    }
    const incidents = found
    const first = incidents.sort((a, b) => compareSeverity(b.severity, a.severity) || (a.createdAt < b.createdAt ? -1 : 1)).slice(0, MOST)
    return Promise.all(
      first.map(async incident => ({ incident, ticket: await tables.tickets.first(tenant.id, { subjectId: incident.id }) })),
    )
  },
  write: rows =>
    rows.length === 0
      ? '没有。'
      : rows
          .map(({ incident, ticket }) => {
            const state = ticket ? outwardLabel[ticket.state] : ''
            const end = incident.conclusion ? `；${escapeMarkdown(incident.conclusion)}` : ''
            return `- 【${severityLabel[incident.severity]}】${escapeMarkdown(incident.title)}，来源 ${incident.attackers[0]?.ip ?? '未知'}，命中 ${incident.hits} 次，${state}${end}（${incident.number}）`
          })
          .join('\n'),
})
