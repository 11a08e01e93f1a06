// `月报`: the report of a month, as a message and as a file.
import { z } from 'zod'
import { defineCommand } from '../runtime/command.js'
import { answerReport, formatOf, requestOf } from '../runtime/report-answer.js'

export const monthlyReport = defineCommand({
  name: '月报',
  aliases: ['安全月报', 'monthly'],
  says: [/月报|月度(?:安全)?(?:报告|总结)|(?:上个?|本|\d{1,2})月份?的?(?:安全)?报告/],
  capability: 'see-overview',
  risk: 'read',
  help: { group: '报告', summary: '安全月报：不带日期是上个月', examples: ['月报', '月报 10月'] },
  args: z.object({
    day: z.string().optional(),
    days: z.string().optional(),
    ip: z.string().optional(),
    asset: z.string().max(100).optional(),
    format: z.string().optional(),
  }),
  async run(context) {
    const { args, tenant, core } = context
    const request = requestOf('monthly', args, tenant.timeZone, core.reports.today(tenant))
    return answerReport(context, await core.reports.make(tenant, request), formatOf(args.format))
  },
})
