// `挂起`: a ticket sleeps until a day, at most 30 days ahead, with the reason.
import { z } from 'zod'
import { MOST_SUSPENDED_DAYS } from '../../core/tickets/ticket-changes.js'
import { openStates } from '../../core/tickets/incident-states.js'
import { defineCommand, say } from '../runtime/command.js'

const DAY = 86_400
const DEFAULT_DAYS = 7

export const suspendIncident = defineCommand({
  name: '挂起',
  aliases: ['搁置', 'suspend'],
  capability: 'suspend-ticket',
  risk: 'write',
  picks: { incident: openStates.filter(state => state !== 'suspended') },
  help: {
    group: '事件',
    summary: `暂停处理并说明原因，到点自动唤醒（不写时长为 ${DEFAULT_DAYS} 天，最长 ${MOST_SUSPENDED_DAYS} 天）`,
    examples: ['挂起 IN-uni-261124-001 7天 等停机窗口'],
  },
  args: z.object({
    incident: z.string(),
    seconds: z
      .number()
      .positive()
      .default(DEFAULT_DAYS * DAY),
    text: z.string().max(500).optional(),
  }),
  argumentNames: { text: '原因' },
  async run({ args, actor, tenant, core }) {
    const { incident } = await core.changes.suspend(actor, tenant.id, args.incident, args.seconds / DAY, args.text ?? '')
    return say(`**${incident.number}** 已挂起，到点自动恢复；提前恢复请说“唤醒 ${incident.number}”。`)
  },
})
