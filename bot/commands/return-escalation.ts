// `退回升级`: a senior expert ends an escalation, with a word of why.
import { z } from 'zod'
import { defineCommand, say } from '../runtime/command.js'

export const returnEscalation = defineCommand({
  name: '退回升级',
  aliases: [],
  capability: 'take-escalation',
  risk: 'write',
  rooms: ['ops', 'expert', 'single'],
  help: { group: '研判', summary: '把升级退回分析师，写明理由', examples: ['退回升级 IN-uni-261124-001 按预案处理即可'] },
  args: z.object({ incident: z.string(), text: z.string().max(500).optional() }),
  argumentNames: { text: '结论' },
  async run({ args, actor, tenant, core }) {
    await core.escalations.end(actor, tenant.id, args.incident, 'returned', args.text ?? '')
    return say(`**${args.incident}** 已退回分析师。`)
  },
})
