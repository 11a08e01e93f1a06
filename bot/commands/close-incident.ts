// `关闭`: the lesson is written down and the incident closed; the customer is asked whether they were content.
import { z } from 'zod'
import { defineCommand, say } from '../runtime/command.js'

export const closeIncident = defineCommand({
  name: '关闭',
  aliases: ['闭环', '结单', 'close'],
  capability: 'claim-and-judge',
  risk: 'write',
  rooms: ['ops', 'expert', 'single'],
  picks: { incident: ['reviewing'] },
  help: { group: '研判', summary: '写明教训与改进，闭环一个事件', examples: ['关闭 IN-uni-261124-001 已限制外网登录，改用密钥'] },
  args: z.object({ incident: z.string(), text: z.string().min(4).max(500) }),
  argumentNames: { text: '教训与改进' },
  async run({ args, actor, tenant, core }) {
    await core.tickets.close(actor, tenant.id, args.incident, args.text)
    return say(`**${args.incident}** 已闭环，结果与满意度询问已发到管家群。`)
  },
})
