// `封禁清单`: what is blocked now and until when; also the meaning of the button of a decided card.
import { z } from 'zod'
import { disposalStateLabel, type Disposal } from '../../core/disposal/disposal.js'
import type { Tenant } from '../../core/tenants/tenant.js'
import { clock, plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

const MOST = 10

export const listBlocks = defineCommand({
  name: '封禁清单',
  aliases: ['封了哪些', '黑名单', 'blocks'],
  says: [
    /封(?:禁|了|着|掉)?[了着的]?(?:哪些|什么|哪几个|多少|几个)/,
    /(?:哪些|什么|几个|多少)[^，,。]{0,12}(?<!为什么[^，,。]{0,12})[被在]?封/,
    /封禁?(?:列表|名单|记录|情况|状态|中的?|着的?)|(?:现在|目前|当前)[^，,。把将]{0,10}封着?的/,
    /封(?:禁|掉|上|住|成功|生效)?[^，,。]{0,50}[了过上住](?:吗|么|没有?)\s*[?？。]*\s*$|(?:还|仍)(?:在)?封(?:着|禁)/,
    /(?:什么时候|何时|多久|几点)[^，,。]{0,10}(?:解封|到期|解除)/,
  ],
  capability: 'see-overview',
  risk: 'read',
  help: { group: '处置', summary: '现在封着哪些地址、何时到期', examples: ['封禁清单'] },
  args: z.object({}),
  async run({ tenant, core }) {
    const rows = await core.disposals.blocked(tenant.id)
    if (rows.length === 0) return say('现在没有封禁中的地址，也没有等待确认的请求。')
    return say([`**封禁清单**（${rows.length}）`, ...lines(rows, tenant)].join('\n'))
  },
  async runAcross({ core }) {
    const tenants = await core.directory.acrossTenantsList()
    const all = await Promise.all(tenants.map(async tenant => ({ tenant, rows: await core.disposals.blocked(tenant.id) })))
    const some = all.filter(({ rows }) => rows.length > 0)
    if (some.length === 0) return say('各单位现在都没有封禁中的地址。')
    // Twelve lines at most: few customers in full, many by their figures.
    const each = some.length <= 3 ? 2 : 0
    const shown = some
      .slice(0, MOST)
      .flatMap(({ tenant, rows }) => [
        `**${plain(tenant.name, 20)}**（${tenant.code}）${rows.length} 条${rows.length > each && each > 0 ? `，最近 ${each} 条：` : ''}`,
        ...lines(rows.slice(0, each), tenant),
      ])
    const more = some.length > MOST ? [`……另有 ${some.length - MOST} 家`] : each === 0 ? ['看一家的清单：封禁清单 单位短码'] : []
    return say([...shown, ...more].join('\n'))
  },
})

function lines(rows: readonly Disposal[], tenant: Tenant): string[] {
  const shown = rows.slice(0, MOST).map(row => {
    const end =
      row.state === 'requested' ? `${clock(row.expiresAt, tenant.timeZone)} 前待确认` : `到 ${clock(row.leaseUntil, tenant.timeZone)}`
    return `· ${row.target}　${disposalStateLabel[row.state]}　${end}　${row.number}`
  })
  return rows.length > MOST ? [...shown, `……另有 ${rows.length - MOST} 条`] : shown
}
