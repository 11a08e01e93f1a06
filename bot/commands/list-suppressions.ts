// `抑制清单`: what is not reported, why, by whom, until when, and how often it was met.
import { z } from 'zod'
import { suppressionKindLabel } from '../../core/threats/suppressions/suppression.js'
import { clock, plain } from '../cards/format.js'
import { nameOf } from '../push/views.js'
import { defineCommand, say } from '../runtime/command.js'

const MOST = 10

export const listSuppressions = defineCommand({
  name: '抑制清单',
  aliases: ['抑制列表', '白名单清单', 'suppressions'],
  says: [/(?:哪些|什么).{0,6}(?:被?抑制|加白|白名单)/],
  capability: 'see-incidents',
  risk: 'read',
  help: { group: '研判', summary: '现在抑制着什么、为什么、到几时、压下了多少', examples: ['抑制清单'] },
  args: z.object({}),
  async run({ tenant, core }) {
    const rows = await core.suppressions.list(tenant.id, MOST + 1)
    if (rows.length === 0) return say('现在没有抑制任何告警。')
    const names = await core.transactions.read(async t =>
      Promise.all(rows.map(row => nameOf(t, tenant.id, row.confirmedBy ?? row.proposedBy))),
    )
    const lines = rows.slice(0, MOST).map((row, n) => {
      const state = row.state === 'active' ? `命中 ${row.hits} 次` : '待第二人确认'
      return `· ${row.subject} ${suppressionKindLabel[row.kind]}，至 ${clock(row.until, tenant.timeZone)}，${state}（${plain(names[n] ?? '', 30)}）：${plain(row.reason, 60)}`
    })
    return say(['**抑制清单**', ...lines, ...(rows.length > MOST ? ['……只列最先到期的'] : [])].join('\n'))
  },
})
