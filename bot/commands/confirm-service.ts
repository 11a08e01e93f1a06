// `确认服务`: the customer's head agrees to scope and days of a service order; the letter is signed after.
import { z } from 'zod'
import { defineCommand, say } from '../runtime/command.js'

export const confirmService = defineCommand({
  name: '确认服务',
  aliases: ['服务 确认'],
  capability: 'order-service',
  risk: 'write',
  inFull: true,
  picks: { case: { kind: 'service_order', states: ['scoped'] } },
  help: { group: '服务单', summary: '确认服务范围与人天', examples: ['确认服务 SO-uni-261124-001'] },
  args: z.object({ case: z.string() }),
  argumentNames: { case: '服务单号' },
  async run({ args, actor, tenant, core }) {
    await core.serviceOrders.confirm(actor, tenant.id, args.case)
    return say(`**${args.case}** 已确认，请授权人签署授权书：盖章件单独发给我，再回复“签署 ${args.case}”。`)
  },
})
