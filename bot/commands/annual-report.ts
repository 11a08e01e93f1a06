// `年报`: the report of a year, as a message and as a file.
import { z } from 'zod'
import { defineCommand } from '../runtime/command.js'
import { answerReport, formatOf, requestOf } from '../runtime/report-answer.js'

export const annualReport = defineCommand({
  name: '年报',
  aliases: ['安全年报', 'annual'],
  says: [/年报|年度(?:安全)?(?:报告|总结)|(?:全年|去年|今年)的?(?:安全)?(?:报告|总结)/],
  capability: 'see-overview',
  risk: 'read',
  help: { group: '报告', summary: '年度报告：不带日期是上一年', examples: ['年报', '年报 去年'] },
  args: z.object({
    day: z.string().optional(),
    days: z.string().optional(),
    ip: z.string().optional(),
    asset: z.string().max(100).optional(),
    format: z.string().optional(),
  }),
  async run(context) {
    const { args, tenant, core } = context
    const request = requestOf('annual', args, tenant.timeZone, core.reports.today(tenant))
    return answerReport(context, await core.reports.make(tenant, request), formatOf(args.format))
  },
})
