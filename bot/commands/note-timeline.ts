// `记录`: writes a line into an incident's timeline.
import { z } from 'zod'
import { openStates } from '../../core/tickets/incident-states.js'
import { defineCommand, say } from '../runtime/command.js'

export const noteTimeline = defineCommand({
  name: '记录',
  aliases: ['记一笔'],
  calledWith: after => /^(?:$|[\s：:，,])/.test(after),
  capability: 'report-incident',
  risk: 'write',
  keepsSentence: true,
  picks: { incident: openStates },
  help: { group: '事件', summary: '把一件事记进事件的时间线', examples: ['记录 IN-uni-261124-001 已电话通知运营商'] },
  args: z.object({ incident: z.string(), words: z.string().min(2).max(1_000) }),
  argumentNames: { words: '要记的内容' },
  async run({ args, actor, tenant, core }) {
    await core.warRooms.note(actor, tenant.id, args.incident, args.words)
    return say(`**${args.incident}** 已记入时间线。`)
  },
})
