// 证据清单、教训与 IOC of the report of one incident. Raw lines are cut and shown as text.
import { openCase } from '../../tickets/ticket-service.js'
import { redactLine } from '../../events/redact-line.js'
import type { Alert } from '../../threats/incident.js'
import { localMoment } from '../../tenants/local-time.js'
import { defineSection, table } from '../section.js'

const MOST = 20
const LONGEST_LINE = 240

interface Data {
  readonly alerts: readonly Alert[]
  readonly attackers: readonly { readonly ip: string; readonly hits: number }[]
}

export const incidentEvidence = defineSection<Data>({
  id: 'incident-evidence',
  title: '证据清单与 IOC',
  in: ['incident'],
  async load({ tables, tenant, incident: number }) {
    const { incident } = await openCase(tables, tenant.id, { number: number ?? '' })
    const alerts = await tables.alerts.find(
      tenant.id,
      { incidentId: incident.id },
      { order: { strength: 'desc', lastAt: 'desc' }, limit: MOST },
    )
    return { alerts, attackers: incident.attackers }
  },
  write: ({ alerts, attackers }, { timeZone }) =>
    [
      alerts.length === 0
        ? '没有留存告警。'
        : table(
            ['告警', '首次', '次数', '原因', '规则作者'],
            alerts.map(alert => [
              alert.number,
              localMoment(alert.firstAt, timeZone),
              alert.count,
              alert.reason.slice(0, 200),
              alert.author ?? '—',
            ]),
          ),
      ...(alerts.some(alert => alert.evidence.length > 0)
        ? [
            table(
              ['时间', '日志（节选，已脱敏）'],
              alerts
                .flatMap(alert => alert.evidence.slice(0, 2))
                .slice(0, MOST)
                .map(line => [localMoment(line.at, timeZone), redactLine(line.raw).slice(0, LONGEST_LINE)]),
            ),
          ]
        : []),
      attackers.length === 0
        ? '没有攻击源地址。'
        : table(
            ['攻击源', '命中'],
            attackers.map(({ ip, hits }) => [ip, hits]),
          ),
    ].join('\n\n'),
})
