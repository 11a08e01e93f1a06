// `认领`: an analyst takes a new incident.
import { z } from 'zod'
import { defineCommand } from '../runtime/command.js'
import { plain } from '../cards/format.js'
import { triageUpdate } from '../cards/incident-cards.js'
import { incidentView } from '../push/views.js'

export const claimIncident = defineCommand({
  name: '认领',
  aliases: ['接警', '受理', 'claim'],
  says: [/我来(?:处理|看看?|跟|接|负责)|我(?:来)?(?:接了|认领|接手)|(?:交|给)我(?:来)?(?:处理|跟)/],
  capability: 'claim-and-judge',
  risk: 'write',
  rooms: ['ops', 'expert', 'single'],
  picks: { incident: ['new'] },
  help: { group: '研判', summary: '认领一个新事件，由我来处理', examples: ['认领 IN-uni-261124-001'] },
  args: z.object({ incident: z.string() }),
  async run({ args, actor, tenant, core }) {
    await core.tickets.claim(actor, tenant.id, args.incident)
    const view = await core.transactions.read(t => incidentView(t, tenant.id, { number: args.incident }))
    const text = `**${args.incident}** ${plain(actor.name, 30)} 已认领。下一步：看“为什么 ${args.incident}”，或直接“封禁 ${view.incident.attackers[0]?.ip ?? '地址'} 12h”。`
    return { answers: [{ message: { kind: 'markdown', text } }], update: triageUpdate(view) }
  },
})
