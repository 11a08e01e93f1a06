// `唤醒`: a suspended ticket goes on where it was.
import { z } from 'zod'
import { incidentStateLabel } from '../../core/tickets/incident-states.js'
import { defineCommand, say } from '../runtime/command.js'

export const wakeIncident = defineCommand({
  name: '唤醒',
  aliases: ['恢复处理', 'wake-up'],
  capability: 'suspend-ticket',
  risk: 'write',
  picks: { incident: ['suspended'] },
  help: { group: '事件', summary: '恢复处理一个挂起的事件', examples: ['唤醒 IN-uni-261124-001'] },
  args: z.object({ incident: z.string() }),
  async run({ args, actor, tenant, core }) {
    const { incident, ticket } = await core.changes.wake(actor, tenant.id, args.incident)
    return say(`**${incident.number}** 已恢复，现在是“${incidentStateLabel[ticket.state]}”。`)
  },
})
