// `季报`: the report of a quarter, as a message and as a file.
import { z } from 'zod'
import { defineCommand } from '../runtime/command.js'
import { answerReport, formatOf, requestOf } from '../runtime/report-answer.js'

export const quarterlyReport = defineCommand({
  name: '季报',
  aliases: ['安全季报', 'quarterly'],
  says: [/季报|季度的?(?:安全)?(?:报告|总结)/],
  capability: 'see-overview',
  risk: 'read',
  help: { group: '报告', summary: '季度报告：不带日期是上个季度', examples: ['季报', '季报 上季度'] },
  args: z.object({
    day: z.string().optional(),
    days: z.string().optional(),
    ip: z.string().optional(),
    asset: z.string().max(100).optional(),
    format: z.string().optional(),
  }),
  async run(context) {
    const { args, tenant, core } = context
    const request = requestOf('quarterly', args, tenant.timeZone, core.reports.today(tenant))
    return answerReport(context, await core.reports.make(tenant, request), formatOf(args.format))
  },
})
