// `改级`: another priority, with the reason; down only by a senior expert.
import { z } from 'zod'
import { priorities } from '../../core/threats/terms.js'
import { defineCommand, say } from '../runtime/command.js'

export const regradeIncident = defineCommand({
  name: '改级',
  aliases: ['升级为', '降级', 'regrade'],
  says: [/(?:升|降|改|调)(?:到|成|为|至)?\s*[Pp][1-4]/],
  capability: 'claim-and-judge',
  risk: 'write',
  rooms: ['ops', 'expert', 'single'],
  picks: { incident: ['triaging', 'confirmed'] },
  help: { group: '研判', summary: '调整优先级；降级须高级专家', examples: ['改级 IN-uni-261124-001 P1 涉及核心业务'] },
  args: z.object({ incident: z.string(), priority: z.enum(priorities), text: z.string().max(500).optional() }),
  argumentNames: { text: '理由' },
  async run({ args, actor, tenant, core }) {
    const reason = (args.text ?? '').replace(/(?<![0-9A-Za-z])P[1-4](?![0-9A-Za-z])/gi, '').trim()
    const { incident, ticket } = await core.changes.regrade(actor, tenant.id, args.incident, args.priority, reason)
    return say(`**${incident.number}** 优先级现在是 ${ticket.priority}，时限已按新级别重新计算。`)
  },
})
