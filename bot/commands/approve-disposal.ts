// `同意`: the customer's leave; the only thing after which a device is touched.
import { z } from 'zod'
import { isByHand } from '../../core/disposal/disposal-service.js'
import { missingSide } from '../../core/disposal/leave.js'
import { actOf, decidedCard } from '../cards/disposal-cards.js'
import { plain } from '../cards/format.js'
import { disposalView } from '../push/views.js'
import { defineCommand } from '../runtime/command.js'

export const approveDisposal = defineCommand({
  name: '同意',
  aliases: ['批准', '授权', 'approve'],
  // Half an agreement: asked for in full (bot/runtime/vague-answer.ts).
  says: [
    /^(?:那?就?可以|好的?|行|没问题|嗯+|ok)[，,。.!！\s]*(?:那?就)?(?:封|执行|处置|处理|同意)(?:了|掉|它)?[吧呗了]*[。.!！~\s]*$/i,
    /^(?:都|全都?|全部|统统|一起|[两三四五]个|所有的?)[^，,。不没]{0,6}(?:同意|批准|授权|可以)[吧了]*[。.!！~\s]*$/,
    /^(?:我们?|本人)?(?:同意|批准)(?:了|的)?(?:[，,。.!！\s]|吧|$)(?!.*[?？吗])/,
  ],
  inFull: true,
  capability: 'approve-disposal',
  risk: 'approves',
  rooms: ['butler', 'single'],
  picks: { disposal: ['requested'] },
  help: { group: '处置', summary: '同意一项处置请求', examples: ['同意 DP-uni-261124-001'] },
  args: z.object({ disposal: z.string(), text: z.string().max(300).optional() }),
  async run({ args, actor, tenant, core }) {
    const { disposal } = await core.disposals.decide(actor, tenant.id, args.disposal, true, args.text)
    const view = await core.transactions.read(t => disposalView(t, tenant.id, disposal.id))
    const missing = disposal.signatures ? missingSide(disposal.signatures) : undefined
    const next = missing
      ? `影响高，还要${missing}签字，签完才执行。`
      : isByHand(disposal)
        ? '分析师正在人工执行，完成后在这里说明。'
        : '正在执行，结果马上在这里说明。'
    const text = `**${disposal.number}** ${plain(actor.name, 30)} 已同意${actOf(disposal)}，${next}反悔请回复“撤销 ${disposal.number}”。`
    return {
      answers: [{ message: { kind: 'markdown', text } }],
      update: { kind: 'card-update', card: decidedCard(view, actor.name) },
    }
  },
})
