// `封禁清单`: what is blocked now and until when; also the meaning of the button of a decided card.
import { z } from 'zod'
import { disposalStateLabel, type Disposal } from '../../core/disposal/disposal.js'
import type { Tenant } from '../../core/tenants/tenant.js'
import { clock } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

const MOST = 10

export const listBlocks = defineCommand({
  name: '封禁清单',
  aliases: ['封了哪些', '黑名单', 'blocks'],
  says: [/封了(?:哪些|什么|谁)|(?:现在|目前).*封/],
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
    return say(some.flatMap(({ tenant, rows }) => [`**${tenant.name}**（${rows.length}）`, ...lines(rows.slice(0, 5), tenant)]).join('\n'))
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
