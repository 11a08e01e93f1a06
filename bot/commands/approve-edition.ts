// `批准预案`: a senior expert makes what a case taught the customer's own edition of a playbook.
import { z } from 'zod'
import { defineCommand, say } from '../runtime/command.js'

export const approveEdition = defineCommand({
  name: '批准预案',
  aliases: ['预案 批准'],
  capability: 'approve-playbook',
  risk: 'write',
  inFull: true,
  rooms: ['ops', 'expert', 'single'],
  help: { group: '知识', summary: '批准单位版预案，今后该单位按它执行', examples: ['批准预案 PE-uni-261124-001'] },
  args: z.object({ case: z.string() }),
  argumentNames: { case: '修订单号' },
  async run({ args, actor, tenant, core }) {
    const edition = await core.editions.decide(actor, tenant.id, args.case, true)
    return say(`**${args.case}** 已批准，本单位今后的 ${edition.playbookId} 按它执行。`)
  },
})
