// `接管`: an analyst takes a case over from a colleague.
import { z } from 'zod'
import { openStates } from '../../core/tickets/incident-states.js'
import { plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

export const takeOver = defineCommand({
  name: '接管',
  aliases: ['接手'],
  capability: 'claim-and-judge',
  risk: 'write',
  rooms: ['ops', 'expert', 'single'],
  picks: { incident: openStates.filter(state => state !== 'new') },
  help: { group: '研判', summary: '从同事手里接过一起事件', examples: ['接管 IN-uni-261124-001'] },
  args: z.object({ incident: z.string() }),
  async run({ args, actor, tenant, core }) {
    const { person } = await core.changes.reassign(actor, tenant.id, args.incident)
    return say(`**${args.incident}** 现在由 ${plain(person.name, 30)} 处理。`)
  },
})
