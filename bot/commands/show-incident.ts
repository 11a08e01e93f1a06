// `事件`: the timeline of one incident in at most eight lines, or the newest incidents.
import { z } from 'zod'
import type { Core } from '../../core/core.js'
import { PLATFORM, type Tenant } from '../../core/tenants/tenant.js'
import { severityLabel } from '../../core/threats/terms.js'
import { finalStates, incidentStateLabel, outwardLabel } from '../../core/tickets/incident-states.js'
import type { TicketTransition } from '../../core/tickets/ticket.js'
import { clock, hour, plain } from '../cards/format.js'
import { incidentView, nameOf } from '../push/views.js'
import { defineCommand, say } from '../runtime/command.js'

const LINES = 8
const MOST = 8

export const showIncident = defineCommand({
  name: '事件',
  aliases: ['进展', '查单', 'incident'],
  says: [
    /^(?!.*(?:平均|多久))(?!.*误报).*(?:处理(?:完|好|到哪|得怎么样|情况)|(?:有|出)什么进展|到哪(?:一步|儿)|解决了?(?:吗|没))/,
    /^[\s@管家]*IN-[\w-]+[\s的是，,]*(?:怎么样|咋样|什么情况|什么状态|状态|情况|如何|呢|现在)*[了?？。\s]*$/i,
    /(?:最近|今天|昨天|昨晚|现在)?(?:有|出)(?:了)?(?:什么|哪些|新的?)(?:安全)?事件/,
  ],
  capability: 'see-incidents',
  risk: 'read',
  help: {
    group: '事件',
    summary: '一个事件的经过；不带单号看最近的列表',
    examples: ['事件 IN-uni-261124-001', '事件', '事件 203.0.113.7'],
  },
  args: z.object({ incident: z.string().optional(), ip: z.string().optional() }),
  async run({ args, tenant, core }) {
    if (args.incident) return say(await timeline(core, tenant, args.incident))
    return say(await list(core, [tenant], args.ip))
  },
  async runAcross({ args, core }) {
    return say(await list(core, await core.directory.acrossTenantsList(), args.ip))
  },
})

async function timeline(core: Core, tenant: Tenant, number: string): Promise<string> {
  const { view, steps, names } = await core.transactions.read(async t => {
    const view = await incidentView(t, tenant.id, { number })
    const steps = await t.transitions.find(tenant.id, { ticketId: view.ticket.id }, { order: { at: 'asc', id: 'asc' }, limit: 200 })
    const names = new Map<string, string>()
    for (const by of new Set(steps.map(step => step.by))) names.set(by, await nameOf(t, tenant.id, by))
    return { view, steps, names }
  })
  const { incident, ticket } = view
  const head = [
    `**${incident.number}** ${plain(incident.title, 60)}　${ticket.priority}·${severityLabel[incident.severity]}·${outwardLabel[ticket.state]}`,
    `${clock(incident.firstAt, tenant.timeZone)} 首次命中，累计 ${incident.hits} 次，来源 ${incident.attackers[0]?.ip ?? '未知'}，处理人 ${plain(view.assignee ?? '待认领', 30)}`,
  ]
  const shown = steps.slice(-(LINES - head.length))
  const skipped = steps.length - shown.length
  return [
    ...head,
    ...(skipped > 0 ? [`……前面还有 ${skipped} 步`] : []),
    ...shown.slice(skipped > 0 ? 1 : 0).map(step => line(step, tenant, names)),
  ].join('\n')
}

function line(step: TicketTransition, tenant: Tenant, names: ReadonlyMap<string, string>): string {
  const what = step.evidence.map(item => item.text).filter(Boolean)[0] ?? step.comment
  return `${hour(step.at, tenant.timeZone)} ${incidentStateLabel[step.to]}（${plain(names.get(step.by) ?? step.by, 30)}）${plain(what, 60)}`
}

async function list(core: Core, tenants: readonly Tenant[], ip: string | undefined): Promise<string> {
  const rows = await core.transactions.read(async t => {
    const ids = tenants.map(tenant => tenant.id).filter(id => id !== PLATFORM)
    const incidents = await t.incidents.acrossTenantsFind({ tenantId: { oneOf: ids } }, { order: { createdAt: 'desc' }, limit: 200 })
    const wanted = ip ? incidents.filter(incident => incident.attackers.some(attacker => attacker.ip === ip)) : incidents
    return Promise.all(
      wanted
        .slice(0, MOST)
        .map(async incident => ({ incident, ticket: await t.tickets.first(incident.tenantId, { subjectId: incident.id }) })),
    )
  })
  if (rows.length === 0) return ip ? `没有来自 ${ip} 的事件。` : '最近没有事件。'
  const open = rows.filter(({ ticket }) => ticket && !finalStates.includes(ticket.state)).length
  return [
    `**最近的事件**（未闭环 ${open}）`,
    ...rows.map(({ incident, ticket }) => {
      const zone = tenants.find(tenant => tenant.id === incident.tenantId)?.timeZone ?? 'Asia/Shanghai'
      return `· ${clock(incident.createdAt, zone)} ${plain(incident.title, 40)}　${severityLabel[incident.severity]}　${ticket ? outwardLabel[ticket.state] : ''}　${incident.number}`
    }),
  ].join('\n')
}
