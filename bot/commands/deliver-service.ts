// `交付`: hands over what was made for a service order; the customer is asked to accept.
import { z } from 'zod'
import { defineCommand, say } from '../runtime/command.js'

export const deliverService = defineCommand({
  name: '交付',
  aliases: [],
  capability: 'run-service',
  risk: 'write',
  keepsSentence: true,
  picks: { case: { kind: 'service_order', states: ['in_progress'] } },
  help: { group: '服务单', summary: '提交交付物（文件先单独发给我），请客户验收', examples: ['交付 SO-uni-261124-001 渗透测试报告'] },
  args: z.object({ case: z.string(), text: z.string().min(2).max(200) }),
  argumentNames: { case: '服务单号', text: '交付物名称' },
  async run({ args, actor, tenant, core }) {
    const file = await core.uploads.newest(actor, ['pdf', 'docx', 'xlsx', 'zip'])
    await core.serviceOrders.deliver(actor, tenant.id, args.case, { name: args.text, sha256: file?.sha256 ?? null })
    return say(`**${args.case}** 已交付“${args.text}”${file ? `（校验 ${file.sha256.slice(0, 8)}）` : ''}，已请客户验收。`)
  },
})
