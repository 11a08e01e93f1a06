// `合并`: two incidents are one; the first goes into the second.
import { z } from 'zod'
import { plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

export const mergeIncident = defineCommand({
  name: '合并',
  aliases: ['merge'],
  capability: 'claim-and-judge',
  risk: 'write',
  rooms: ['ops', 'expert', 'single'],
  help: { group: '研判', summary: '把前一个事件并入后一个', examples: ['合并 IN-uni-261124-002 IN-uni-261124-001'] },
  args: z.object({ incident: z.string(), other: z.string() }),
  async run({ args, actor, tenant, core }) {
    const { incident } = await core.changes.merge(actor, tenant.id, args.incident, args.other)
    return say(`**${incident.number}** ${plain(incident.title, 60)} 已并入 ${args.other}，后续在 ${args.other} 跟进。`)
  },
})
