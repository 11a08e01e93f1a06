// 一、昨日概览: alerts → incidents → closed, and what is still open.
import { openStates } from '../../tickets/incident-states.js'
import { severities, severityLabel, type Severity } from '../../threats/terms.js'
import { defineSection } from '../section.js'

interface Overview {
  readonly hits: number
  readonly alerts: number
  readonly incidents: number
  readonly bySeverity: readonly (readonly [Severity, number])[]
  readonly closed: number
  readonly excluded: number
  readonly open: number
  readonly blocks: number
  readonly lifted: number
}

export const overview = defineSection<Overview>({
  id: 'overview',
  title: '概览',
  in: ['daily'],
  async load({ tables, tenant, period }) {
    const within = (at: string | null) => at !== null && at >= period.from && at < period.to
    const alerts = (await tables.alerts.find(tenant.id, { createdAt: { atLeast: period.from } })).filter(alert => within(alert.createdAt))
    const incidents = (await tables.incidents.find(tenant.id, { createdAt: { atLeast: period.from } })).filter(incident =>
      within(incident.createdAt),
    )
    const finished = (await tables.tickets.find(tenant.id, { closedAt: { atLeast: period.from } })).filter(ticket =>
      within(ticket.closedAt),
    )
    const disposals = await tables.disposals.find(tenant.id, { executedAt: { not: null } })
    return {
      hits: alerts.reduce((sum, alert) => sum + alert.count, 0),
      alerts: alerts.length,
      incidents: incidents.length,
      bySeverity: severities
        .map(severity => [severity, incidents.filter(incident => incident.severity === severity).length] as const)
        .filter(([, n]) => n > 0),
      closed: finished.filter(ticket => ticket.state === 'closed').length,
      excluded: finished.filter(ticket => ticket.state === 'false_positive').length,
      open: await tables.tickets.count(tenant.id, { state: { oneOf: openStates }, createdAt: { below: period.to } }),
      blocks: disposals.filter(disposal => within(disposal.executedAt)).length,
      lifted: disposals.filter(disposal => within(disposal.releasedAt)).length,
    }
  },
  write: data =>
    [data.alerts, data.open, data.closed, data.excluded, data.blocks, data.lifted].every(n => n === 0)
      ? '没有新告警，没有未闭环事件。'
      : [
          `命中 ${data.hits} → 告警 ${data.alerts} → 事件 ${data.incidents}${data.bySeverity.length > 0 ? `（${data.bySeverity.map(([severity, n]) => `${severityLabel[severity]} ${n}`).join('、')}）` : ''}`,
          `闭环 ${data.closed}｜排除 ${data.excluded}｜未闭环 ${data.open}`,
          `封禁 ${data.blocks}｜解除 ${data.lifted}`,
        ].join('\n\n'),
  figures: ({ hits, alerts, incidents, closed, excluded, open, blocks, lifted }) => ({
    hits,
    alerts,
    incidents,
    closed,
    excluded,
    open,
    blocks,
    lifted,
  }),
})
