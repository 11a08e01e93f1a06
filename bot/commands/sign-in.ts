// `签到`: work on a service order begins, if the letter covers this moment and what is named.
import { z } from 'zod'
import { defineCommand, say } from '../runtime/command.js'

export const signIn = defineCommand({
  name: '签到',
  aliases: ['开工'],
  capability: 'run-service',
  risk: 'write',
  picks: { case: { kind: 'service_order', states: ['scheduled', 'rework'] } },
  help: {
    group: '服务单',
    summary: '现场签到开工；不在授权时段或范围内会被拒绝',
    examples: ['签到 SO-uni-261124-001 已到机房', '签到 SO-uni-261124-001 10.20.3.4'],
  },
  args: z.object({ case: z.string(), ip: z.string().optional(), text: z.string().max(300).optional() }),
  argumentNames: { case: '服务单号' },
  async run({ args, actor, tenant, core }) {
    await core.serviceOrders.begin(actor, tenant.id, args.case, args.text ?? '', args.ip === undefined ? [] : [args.ip])
    return say(`**${args.case}** 已开工，授权校验通过。做完请回复“交付 ${args.case} 交付物名称”。`)
  },
})
