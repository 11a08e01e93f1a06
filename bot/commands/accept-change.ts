// `认可`: a configuration change was ours and becomes the baseline; operators and analysts need a second person.
import { z } from 'zod'
import { defineCommand, say } from '../runtime/command.js'

export const acceptChange = defineCommand({
  name: '认可',
  aliases: [],
  capability: 'handle-changes',
  risk: 'write',
  keepsSentence: true,
  picks: { case: { kind: 'configuration_change', states: ['reviewing'] } },
  help: { group: '配置', summary: '变更是我们做的，认可为新基准', examples: ['认可 TK-uni-261124-001 数据库升级'] },
  args: z.object({ case: z.string(), text: z.string().max(500).optional() }),
  async run({ args, actor, tenant, core }) {
    const { outcome } = await core.configurationChanges.authorise(actor, tenant.id, args.case, args.text ?? '')
    return say(
      outcome === 'proposed'
        ? `**${args.case}** 已记下您认可，还需要客户授权人、高级专家或另一位同事回复“认可 ${args.case}”。`
        : `**${args.case}** 已认可，作为新的基准。`,
    )
  },
})
