// `完成升级`: a senior expert ends an escalation, with a word of why.
import { z } from 'zod'
import { defineCommand, say } from '../runtime/command.js'

export const resolveEscalation = defineCommand({
  name: '完成升级',
  aliases: [],
  capability: 'take-escalation',
  risk: 'write',
  rooms: ['ops', 'expert', 'single'],
  help: { group: '研判', summary: '办结一起升级，写明结论', examples: ['完成升级 IN-uni-261124-001 已确认入口并给出方案'] },
  args: z.object({ incident: z.string(), text: z.string().max(500).optional() }),
  argumentNames: { text: '结论' },
  async run({ args, actor, tenant, core }) {
    await core.escalations.end(actor, tenant.id, args.incident, 'resolved', args.text ?? '')
    return say(`**${args.incident}** 已办结升级。`)
  },
})
