// `发送报告`: an approved report into the customer's group.
import { z } from 'zod'
import { defineCommand, say } from '../runtime/command.js'

export const sendReport = defineCommand({
  name: '发送报告',
  aliases: ['发报告'],
  capability: 'review-report',
  risk: 'write',
  inFull: true,
  help: { group: '报告', summary: '把审定的报告发到客户群；日报说明异常后也用它发', examples: ['发送报告 RP-uni-261124-001'] },
  args: z.object({ report: z.string() }),
  async run({ args, actor, tenant, core }) {
    const report = await core.reportReview.send(actor, tenant.id, args.report)
    return say(`**${report.number}** 已发往客户群，送达情况见「投递 ${report.number}」。`)
  },
})
