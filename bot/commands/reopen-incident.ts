// `重开`: it came again, or was closed too early; within 30 days.
import { z } from 'zod'
import { defineCommand, say } from '../runtime/command.js'

export const reopenIncident = defineCommand({
  name: '重开',
  aliases: ['重新打开', 'reopen'],
  capability: 'reopen-ticket',
  risk: 'write',
  keepsSentence: true,
  picks: { incident: ['closed'] },
  help: { group: '事件', summary: '重新打开 30 天内关闭的事件，说一句理由', examples: ['重开 IN-uni-261124-001 今天又出现了'] },
  args: z.object({ incident: z.string(), text: z.string().max(500) }),
  argumentNames: { text: '理由' },
  async run({ args, actor, tenant, core }) {
    const { incident } = await core.changes.reopen(actor, tenant.id, args.incident, args.text)
    return say(`**${incident.number}** 已重新打开，分析师会继续处理。`)
  },
})
