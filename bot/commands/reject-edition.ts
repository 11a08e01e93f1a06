// `驳回预案`: a senior expert leaves the playbook as it was.
import { z } from 'zod'
import { defineCommand, say } from '../runtime/command.js'

export const rejectEdition = defineCommand({
  name: '驳回预案',
  aliases: ['预案 驳回'],
  capability: 'approve-playbook',
  risk: 'write',
  rooms: ['ops', 'expert', 'single'],
  help: { group: '知识', summary: '驳回单位版预案的修订', examples: ['驳回预案 PE-uni-261124-001'] },
  args: z.object({ case: z.string() }),
  argumentNames: { case: '修订单号' },
  async run({ args, actor, tenant, core }) {
    await core.editions.decide(actor, tenant.id, args.case, false)
    return say(`**${args.case}** 已驳回，仍按原来的预案执行。`)
  },
})
