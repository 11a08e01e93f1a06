// `日报`: the daily report as a message and as a file.
import { z } from 'zod'
import { reportHtml, reportSummary } from '../../core/reports/report-service.js'
import { defineCommand } from '../runtime/command.js'

export const dailyReport = defineCommand({
  name: '日报',
  aliases: ['安全日报', 'daily'],
  says: [/(?:发|给|看).*日报/],
  capability: 'see-overview',
  risk: 'read',
  help: { group: '报告', summary: '安全日报：不带日期是今天到现在', examples: ['日报', '日报 昨天', '日报 2026-11-23'] },
  args: z.object({ day: z.string().optional() }),
  async run({ args, tenant, core }) {
    const report = await core.reports.daily(tenant, args.day ?? core.reports.today(tenant))
    const title = `${tenant.name} 安全日报 ${report.period}`
    const base64 = Buffer.from(reportHtml(report, title), 'utf8').toString('base64')
    return {
      answers: [
        { message: { kind: 'markdown', text: reportSummary(report, tenant) } },
        { message: { kind: 'file', file: { name: `${title}.html`, base64 } } },
      ],
    }
  },
})
