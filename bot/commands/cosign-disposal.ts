// `会签`: the senior expert's half of the two signatures an act of high impact needs.
import { z } from 'zod'
import { actOf } from '../cards/disposal-cards.js'
import { plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

export const cosignDisposal = defineCommand({
  name: '会签',
  aliases: ['cosign'],
  inFull: true,
  capability: 'cosign-disposal',
  risk: 'approves',
  rooms: ['ops', 'expert', 'single'],
  picks: { disposal: ['requested'] },
  help: { group: '处置', summary: '高级专家为高影响处置签字', examples: ['会签 DP-uni-261124-001'] },
  args: z.object({ disposal: z.string() }),
  async run({ args, actor, tenant, core }) {
    const { disposal, missing } = await core.disposals.cosign(actor, tenant.id, args.disposal)
    const next = missing === undefined ? '双签完成，开始执行' : `还缺${missing}`
    return say(`**${disposal.number}** ${plain(actor.name, 30)} 已会签${actOf(disposal)}，${next}。`)
  },
})
