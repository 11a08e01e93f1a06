// `不同意`: the customer refuses; nothing is done and the analysts are told why.
import { z } from 'zod'
import { actOf, decidedCard } from '../cards/disposal-cards.js'
import { plain } from '../cards/format.js'
import { disposalView } from '../push/views.js'
import { defineCommand } from '../runtime/command.js'
import { toneOf } from '../runtime/tone.js'

export const rejectDisposal = defineCommand({
  name: '不同意',
  aliases: ['驳回', '拒绝', 'reject'],
  // Half a refusal: asked for in full (bot/runtime/vague-answer.ts).
  says: [
    text => toneOf(text).forbids,
    /(?:不要|别|不用|先别)(?:执行|处置|同意|批准|操作)/,
    /DP-\S+[\s，,]*(?:我们?|这个|先)?(?:不(?:批准?|准|同意|可以|行)|否(?:了|决|掉))/,
    /(?:不准|不批准?|否了|否决)[了吧]*[\s，,：:]*DP-/,
    /^(?:我(?:们|这边)?)?不(?:批准?|准)/,
    /^(?:不行|不可以|不要|先不要?|不用了?|算了)[吧了。.!！~\s]*$/,
  ],
  inFull: true,
  refuses: true,
  capability: 'approve-disposal',
  risk: 'approves',
  rooms: ['butler', 'single'],
  picks: { disposal: ['requested'] },
  help: { group: '处置', summary: '不同意一项处置请求，可以说一句原因', examples: ['不同意 DP-uni-261124-001 这是合作单位的地址'] },
  args: z.object({ disposal: z.string(), text: z.string().max(300).optional() }),
  async run({ args, actor, tenant, core }) {
    const { disposal } = await core.disposals.decide(actor, tenant.id, args.disposal, false, args.text)
    const view = await core.transactions.read(t => disposalView(t, tenant.id, disposal.id))
    const why = args.text ? `原因：${plain(args.text, 100)}。` : ''
    const text = `**${disposal.number}** ${plain(actor.name, 30)} 不同意${actOf(disposal)}，不会执行。${why}分析师会给出新方案。`
    return {
      answers: [{ message: { kind: 'markdown', text } }],
      update: { kind: 'card-update', card: decidedCard(view, actor.name) },
    }
  },
})
