// What the reports of a week, a month, a quarter and a year have in common as commands: right, arguments, the answer with its file.
import { z } from 'zod'
import type { ReportKind } from '../../core/reports/report.js'
import type { CommandContext, CommandResult } from './command.js'
import { answerReport, formatOf, requestOf } from './report-answer.js'

const args = z.object({
  day: z.string().optional(),
  days: z.string().optional(),
  ip: z.string().optional(),
  asset: z.string().max(100).optional(),
  format: z.string().optional(),
})

/** To be spread into `defineCommand`. */
export const periodReport = (kind: ReportKind) => ({
  capability: 'see-overview' as const,
  risk: 'read' as const,
  args,
  async run(context: CommandContext<z.infer<typeof args>>): Promise<CommandResult> {
    const { tenant, core } = context
    const request = requestOf(kind, context.args, tenant.timeZone, core.reports.today(tenant))
    return answerReport(context, await core.reports.make(tenant, request), formatOf(context.args.format))
  },
})
