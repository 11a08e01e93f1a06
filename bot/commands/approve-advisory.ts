// `批准预警`: a senior expert lets an advisory go out; the drafter cannot.
import { z } from 'zod'
import { defineCommand, say } from '../runtime/command.js'

export const approveAdvisory = defineCommand({
  name: '批准预警',
  aliases: ['预警 批准', '发布预警'],
  capability: 'approve-advisory',
  risk: 'write',
  inFull: true,
  rooms: ['ops', 'expert', 'single'],
  help: { group: '预警', summary: '审批一条预警，随后匹配各单位并发布', examples: ['批准预警 AD-platform-261124-001'] },
  args: z.object({ case: z.string() }),
  argumentNames: { case: '预警单号' },
  async run({ args, actor, core }) {
    await core.advisories.approve(actor, args.case)
    return say(`**${args.case}** 已审批，正在匹配各单位并发布。`)
  },
})
