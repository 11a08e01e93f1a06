// `状态`: six lines that answer "is everything all right?".
import { z } from 'zod'
import type { Core } from '../../core/core.js'
import type { Tenant } from '../../core/tenants/tenant.js'
import { defineCommand, say } from '../runtime/command.js'

export const showStatus = defineCommand({
  name: '状态',
  aliases: ['概况', '今天怎么样', 'status'],
  says: [/安全吗|有事吗|(?:今天|昨晚|最近).*(?:怎么样|情况|有没有事)/],
  capability: 'see-overview',
  risk: 'read',
  help: { group: '概览', summary: '现在安全吗：六行概况', examples: ['状态'] },
  args: z.object({}),
  async run({ tenant, core }) {
    const s = await core.reports.status(tenant)
    return say(
      [
        `**${tenant.name}** ${verdict(s)}`,
        `今天：命中 ${s.hits} 次，告警 ${s.alerts} 条，事件 ${s.incidents} 起`,
        `未闭环事件：${s.open} 起${s.newest ? `，最新 ${s.newest}` : ''}`,
        `等您确认：${s.waiting} 项${s.waitingNumber ? `（${s.waitingNumber}）` : ''}`,
        `封禁中：${s.blocked} 个地址`,
        `日志：${s.lastEventAt === null ? '还没有收到过日志' : `最近一批 ${s.lastEventAt}`}`,
      ].join('\n'),
    )
  },
  async runAcross({ core }) {
    const tenants = await core.directory.acrossTenantsList()
    return say(['**各单位概况**', ...(await Promise.all(tenants.slice(0, 30).map(tenant => oneLine(core, tenant))))].join('\n'))
  },
})

async function oneLine(core: Core, tenant: Tenant): Promise<string> {
  const s = await core.reports.status(tenant)
  return `· ${tenant.name}（${tenant.code}）未闭环 ${s.open}，待确认 ${s.waiting}，封禁 ${s.blocked}，今日告警 ${s.alerts}`
}

function verdict({ open, waiting }: { open: number; waiting: number }): string {
  if (waiting > 0) return '有事需要您确认'
  return open > 0 ? '有事件在处理，暂无需您操作' : '平稳，无需您操作'
}
