// `受理升级`: a senior expert takes the case; the clock of the expert's coming stops.
import { z } from 'zod'
import { plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

export const acceptEscalation = defineCommand({
  name: '受理升级',
  aliases: ['接升级'],
  capability: 'take-escalation',
  risk: 'write',
  rooms: ['ops', 'expert', 'single'],
  help: { group: '研判', summary: '受理一起升级，由我介入', examples: ['受理升级 IN-uni-261124-001'] },
  args: z.object({ incident: z.string() }),
  async run({ args, actor, tenant, core }) {
    await core.escalations.accept(actor, tenant.id, args.incident)
    return say(
      `**${args.incident}** ${plain(actor.name, 30)} 已受理升级。办结请说“完成升级 ${args.incident} 结论”，退回请说“退回升级 ${args.incident} 理由”。`,
    )
  },
})
