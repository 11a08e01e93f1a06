// `日报`: the daily report as a message and as a file.
import { z } from 'zod'
import { defineCommand } from '../runtime/command.js'
import { answerReport, formatOf } from '../runtime/report-answer.js'

export const dailyReport = defineCommand({
  name: '日报',
  aliases: ['安全日报', 'daily'],
  says: [/日报|(?:昨天|今天|昨日|今日|当天|每日)的?(?:安全)?报告/],
  capability: 'see-overview',
  risk: 'read',
  help: { group: '报告', summary: '安全日报：不带日期是今天到现在', examples: ['日报', '日报 昨天', '日报 2026-11-23'] },
  // Several days are no daily report, and must not silently become today's.
  args: z.object({ day: z.string().optional(), days: z.undefined().optional(), format: z.string().optional() }),
  async run(context) {
    const { args, tenant, core } = context
    const report = await core.reports.daily(tenant, args.day ?? core.reports.today(tenant))
    return answerReport(context, report, formatOf(args.format ?? 'html'))
  },
})
