// `审计`: who did what: the newest rows of the audit trail, filtered by number, address or person.
import { z } from 'zod'
import type { AuditRecord } from '../../core/audit/audit.js'
import { actionLabel } from '../../core/audit/action-label.js'
import { incidentStateLabel } from '../../core/tickets/incident-states.js'
import type { IncidentState } from '../../core/tickets/ticket.js'
import { clock, plain } from '../cards/format.js'
import { nameOf } from '../push/views.js'
import { defineCommand, say } from '../runtime/command.js'

const MOST = 10

export const showAudit = defineCommand({
  name: '审计',
  aliases: ['谁动过', '操作记录', 'audit'],
  // Changes of the customer's own configuration are not in this trail.
  says: [
    /你们(?:都|刚才|昨晚|今天)?(?:做|动|干|操作|改)了?(?:过)?(?:什么|啥|哪些)/,
    /^(?!.*配置).*谁(?:给|把)?[^，,。]{0,20}?(?:动|改|封|批准|同意|撤销|解封|操作)/,
    /操作(?:日志|记录|历史)/,
  ],
  capability: 'read-audit',
  risk: 'read',
  help: { group: '审计', summary: '谁在什么时候做了什么', examples: ['审计', '审计 DP-uni-261124-001', '审计 昨天'] },
  args: z.object({
    incident: z.string().optional(),
    disposal: z.string().optional(),
    day: z.string().optional(),
    days: z.string().optional(),
  }),
  async run({ args, tenant, core }) {
    const subject = args.disposal ?? args.incident
    const [first = '', last = first] = (args.days ?? args.day ?? '').split(' 至 ')
    const day =
      first === ''
        ? undefined
        : { from: core.reports.period(tenant, first).from, to: core.reports.period(tenant, earlier(last, core.reports.today(tenant))).to }
    const { rows, names } = await core.transactions.read(async t => {
      const found = await t.auditRecords.find(
        tenant.id,
        { ...(subject ? { subject } : {}), ...(day ? { at: { below: day.to } } : {}) },
        { order: { seq: 'desc' }, limit: 200 },
      )
      const rows = found.filter(row => !day || row.at >= day.from)
      const names = new Map<string, string>()
      for (const actor of new Set(rows.slice(0, MOST).map(row => row.actor))) names.set(actor, await nameOf(t, tenant.id, actor))
      return { rows, names }
    })
    if (rows.length === 0) return say('没有符合条件的操作记录。')
    const shown = rows.slice(0, MOST).reverse()
    return say(
      [
        `**操作记录**（最近 ${shown.length} 条）`,
        ...shown.map(
          row =>
            `· #${row.seq} ${clock(row.at, tenant.timeZone)} ${plain(names.get(row.actor) ?? row.actor, 20)} ${what(row)} ${plain(row.subject, 40)}`,
        ),
      ].join('\n'),
    )
  },
})

function what({ action, details }: AuditRecord): string {
  const to = details['to']
  const state = typeof to === 'string' && Object.hasOwn(incidentStateLabel, to) ? incidentStateLabel[to as IncidentState] : undefined
  return state === undefined ? actionLabel(action) : `工单转为“${state}”`
}

/** “本周” ends on a day that has not come yet. */
function earlier(a: string, b: string): string {
  return a < b ? a : b
}
