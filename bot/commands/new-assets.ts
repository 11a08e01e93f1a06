// `新资产`: what has been seen for the first time lately, and whose it is not yet.
import { z } from 'zod'
import { instant } from '../../core/ports/clock.js'
import { daySpan } from '../../core/tenants/local-time.js'
import { assetLine } from '../cards/asset-cards.js'
import { defineCommand, say } from '../runtime/command.js'

const DAY = 86_400_000
const DEFAULT_DAYS = 7
const SHOWN = 9

export const newAssets = defineCommand({
  name: '新资产',
  aliases: ['新增资产'],
  capability: 'see-assets',
  risk: 'read',
  help: { group: '资产', summary: `最近新发现的资产（默认 ${DEFAULT_DAYS} 天）`, examples: ['新资产', '新资产 昨天'] },
  args: z.object({ day: z.string().optional(), days: z.string().optional(), seconds: z.number().optional() }),
  async run({ args, tenant, core, now }) {
    const [first, last] = args.days?.split(' 至 ') ?? [args.day, args.day]
    const back = args.seconds === undefined ? DEFAULT_DAYS * DAY : Math.min(args.seconds * 1000, 366 * DAY)
    const span = first && last ? daySpan(first, last, tenant.timeZone) : { from: now - back, to: now + 1 }
    const all = await core.assets.list(tenant.id, ['unclaimed', 'shadow', 'claimed', 'lost'], instant(span.from))
    const rows = all.filter(({ firstSeenAt, lastSeenAt }) => lastSeenAt !== null && firstSeenAt < instant(span.to))
    const when = first
      ? first === last
        ? first.slice(5)
        : `${first.slice(5)} 至 ${last!.slice(5)}`
      : `近 ${Math.round(back / DAY) || 1} 天`
    if (rows.length === 0) return say(`${when}没有新发现的资产。`)
    const waiting = rows.filter(({ status }) => status === 'unclaimed' || status === 'shadow')
    const shown = [...waiting, ...rows.filter(row => !waiting.includes(row))].slice(0, SHOWN)
    return say(
      [
        `**新资产** ${when} ${rows.length} 台，待认领 ${waiting.length} 台`,
        ...shown.map(asset => assetLine(asset, tenant.timeZone)),
        `是您的请回复“认领 地址”；不认识的回复“不认识 地址”，分析师来查。`,
      ].join('\n'),
    )
  },
})
