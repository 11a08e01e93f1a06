// `状态`: six lines that answer "is everything all right?".
import { z } from 'zod'
import type { Status } from '../../core/reports/report-service.js'
import type { Tenant } from '../../core/tenants/tenant.js'
import { reportSummary } from '../../core/reports/report-text.js'
import { forGroup, plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

/** A message in a group has twelve lines at most. */
const MOST = 10

export const showStatus = defineCommand({
  name: '状态',
  aliases: ['概况', '今天怎么样', 'status'],
  // With a number the question is about that one: 事件 answers it.
  says: [
    /^(?!.*(?:IN|DP)-).*(?:安全[吗么不]|平安吗|[有没]什?么?事(?:吗|么|没有?|儿|$)|有没有(?:事|异常|出事)|一切(?:正常|都好)|发生了?(?:什么|啥)|(?:今天|昨天|昨晚|最近|现在|目前|这周|本周|整体|总体|安全)[^，,。]*(?:怎么样|情况|状况|咋样|如何[?？]?$))/i,
  ],
  capability: 'see-overview',
  risk: 'read',
  help: { group: '概览', summary: '现在安全吗：六行概况', examples: ['状态', '状态 昨天'] },
  args: z.object({ day: z.string().optional() }),
  async run({ args, tenant, core }) {
    // Of a day that is over its report is the answer.
    if (args.day !== undefined && args.day < core.reports.today(tenant))
      return say(forGroup(reportSummary(await core.reports.daily(tenant, args.day), tenant), `更多见“日报 ${args.day}”。`))
    const s = await core.reports.status(tenant)
    const blind = (await core.sources.states(tenant.id)).filter(state => state.problems.length > 0).map(state => plain(state.name, 24))
    const faulty =
      blind.length === 0
        ? ''
        : `；${blind.slice(0, 3).join('、')}${blind.length > 3 ? ` 等 ${blind.length} 个日志源` : ''}异常，见「接入检查」`
    return say(
      [
        `**${plain(tenant.name, 40)}** ${verdict(s)}`,
        `今天：命中 ${s.hits} 次，告警 ${s.alerts} 条，事件 ${s.incidents} 起`,
        `未闭环事件：${s.open} 起${s.newest ? `，最新 ${s.newest}` : ''}`,
        `等您确认：${s.waiting} 项${s.waitingNumber ? `（${s.waitingNumber}）` : ''}`,
        `封禁中：${s.blocked} 个地址`,
        `日志：${s.lastEventAt === null ? '还没有收到过日志' : `最近一批 ${s.lastEventAt}`}${faulty}`,
      ].join('\n'),
    )
  },
  async runAcross({ core }) {
    const tenants = await core.directory.acrossTenantsList()
    const all = await Promise.all(tenants.map(async tenant => ({ tenant, s: await core.reports.status(tenant) })))
    // Whoever waits for an answer comes first; the quiet ones may be left to the last line.
    all.sort((a, b) => b.s.waiting - a.s.waiting || b.s.open - a.s.open || b.s.alerts - a.s.alerts)
    const left = all.slice(MOST)
    const rest = `……另有 ${left.length} 家，未闭环 ${left.reduce((sum, { s }) => sum + s.open, 0)}；单独问请带单位短码`
    return say(['**各单位概况**', ...all.slice(0, MOST).map(oneLine), ...(left.length > 0 ? [rest] : [])].join('\n'))
  },
})

function oneLine({ tenant, s }: { tenant: Tenant; s: Status }): string {
  return `· ${plain(tenant.name, 20)}（${tenant.code}）未闭环 ${s.open}，待确认 ${s.waiting}，封禁 ${s.blocked}，今日告警 ${s.alerts}`
}

function verdict({ open, waiting }: { open: number; waiting: number }): string {
  if (waiting > 0) return '有事需要您确认'
  return open > 0 ? '有事件在处理，暂无需您操作' : '平稳，无需您操作'
}
