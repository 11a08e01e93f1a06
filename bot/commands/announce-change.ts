// `报备`: says beforehand what is going to be changed and when, so that it makes no noise.
import { z } from 'zod'
import { instant } from '../../core/ports/clock.js'
import { daySpan } from '../../core/tenants/local-time.js'
import { clock } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

const DEFAULT_SECONDS = 4 * 3600

export const announceChange = defineCommand({
  name: '报备',
  aliases: ['变更报备'],
  capability: 'report-change',
  risk: 'write',
  keepsSentence: true,
  harmless: true,
  help: {
    group: '配置',
    summary: '报备一次变更，时间窗内的差异只记录不打扰（不写时间为现在起 4 小时）',
    examples: ['报备 升级数据库 4小时', '报备 明天更换核心交换机'],
  },
  args: z.object({
    text: z.string().min(2).max(500),
    seconds: z.number().positive().optional(),
    day: z.string().optional(),
    ip: z.string().optional(),
  }),
  argumentNames: { text: '变更内容' },
  async run({ args, actor, tenant, core, now }) {
    const span = args.day === undefined ? undefined : daySpan(args.day, args.day, tenant.timeZone)
    const from = Math.max(now, span?.from ?? now)
    const to = args.seconds === undefined ? (span?.to ?? now + DEFAULT_SECONDS * 1000) : from + args.seconds * 1000
    const row = await core.configurationChanges.announceWindow(actor, tenant.id, {
      what: args.text,
      // A system's name says little about which machines are touched: without an address the window is the customer's.
      host: args.ip ?? '',
      from: instant(from),
      to: instant(to),
    })
    const window = `${clock(instant(from), tenant.timeZone)} 至 ${clock(instant(to), tenant.timeZone)}`
    return say(`**${row.number}** 已报备，${window} 内的变更只记录不打扰；完成后请授权人回复“认可 ${row.number}”。`)
  },
})
