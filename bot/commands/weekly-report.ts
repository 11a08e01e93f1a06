// `周报`: the report of a week, as a message and as a file.
import { z } from 'zod'
import { defineCommand } from '../runtime/command.js'
import { answerReport, formatOf, requestOf } from '../runtime/report-answer.js'

export const weeklyReport = defineCommand({
  name: '周报',
  aliases: ['安全周报', 'weekly'],
  says: [/周报|(?:上|本|这)个?周的?(?:安全)?(?:报告|总结)/],
  capability: 'see-overview',
  risk: 'read',
  help: { group: '报告', summary: '安全周报：不带日期是上周', examples: ['周报', '周报 上周', '周报 导出 docx'] },
  args: z.object({
    day: z.string().optional(),
    days: z.string().optional(),
    ip: z.string().optional(),
    asset: z.string().max(100).optional(),
    format: z.string().optional(),
  }),
  async run(context) {
    const { args, tenant, core } = context
    const request = requestOf('weekly', args, tenant.timeZone, core.reports.today(tenant))
    return answerReport(context, await core.reports.make(tenant, request), formatOf(args.format))
  },
})
