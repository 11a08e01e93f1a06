// `违规`: a configuration change was not ours; the analysts are asked for advice.
import { z } from 'zod'
import { defineCommand, say } from '../runtime/command.js'

export const rejectChange = defineCommand({
  name: '违规',
  aliases: [],
  capability: 'handle-changes',
  risk: 'write',
  keepsSentence: true,
  picks: { case: { kind: 'configuration_change', states: ['reviewing'] } },
  help: { group: '配置', summary: '变更不是我们做的，按违规处理', examples: ['违规 TK-uni-261124-001 没有人报备过'] },
  args: z.object({ case: z.string(), text: z.string().max(500).optional() }),
  async run({ args, actor, tenant, core }) {
    await core.configurationChanges.violate(actor, tenant.id, args.case, args.text ?? '不是我们做的')
    return say(`**${args.case}** 已登记为违规变更，分析师会给出回退方案。`)
  },
})
