// `同意`: the customer's leave; the only thing after which a device is touched.
import { z } from 'zod'
import { decidedCard } from '../cards/disposal-cards.js'
import { disposalView } from '../push/views.js'
import { defineCommand } from '../runtime/command.js'

export const approveDisposal = defineCommand({
  name: '同意',
  aliases: ['批准', '授权', 'approve'],
  capability: 'approve-disposal',
  risk: 'approves',
  rooms: ['butler', 'single'],
  picks: { disposal: ['requested'] },
  help: { group: '处置', summary: '同意一项处置请求', examples: ['同意 DP-uni-261124-001'] },
  args: z.object({ disposal: z.string(), text: z.string().max(300).optional() }),
  async run({ args, actor, tenant, core }) {
    const { disposal } = await core.disposals.decide(actor, tenant.id, args.disposal, true, args.text)
    const view = await core.transactions.read(t => disposalView(t, tenant.id, disposal.id))
    const text = `**${disposal.number}** ${actor.name} 已同意封禁 ${disposal.target}，正在执行，结果马上在这里说明。反悔请回复“撤销 ${disposal.number}”。`
    return {
      answers: [{ message: { kind: 'markdown', text } }],
      update: { kind: 'card-update', card: decidedCard(view, actor.name) },
    }
  },
})
