// `接受风险`: the customer signs for what stays as it is, with an end and what is done instead.
import { z } from 'zod'
import { MOST_ACCEPTED_DAYS } from '../../core/tickets/ticket-changes.js'
import { defineCommand, say } from '../runtime/command.js'

const DAY = 86_400

export const acceptRisk = defineCommand({
  name: '接受风险',
  aliases: ['风险接受', 'accept'],
  capability: 'accept-risk',
  // Signed in full words: the number, the end and what is done instead.
  inFull: true,
  risk: 'write',
  rooms: ['butler', 'single'],
  picks: { incident: ['awaiting_customer'] },
  help: {
    group: '处置',
    summary: `由您签署：暂不处理，写明期限（最长 ${MOST_ACCEPTED_DAYS} 天）与补偿措施`,
    examples: ['接受风险 IN-uni-261124-001 30天 已限制来源地址'],
  },
  args: z.object({ incident: z.string(), seconds: z.number().positive(), text: z.string().max(500).optional() }),
  argumentNames: { seconds: '期限', text: '理由与补偿措施' },
  async run({ args, actor, tenant, core }) {
    const { incident } = await core.changes.acceptRisk(actor, tenant.id, args.incident, args.seconds / DAY, args.text ?? '')
    return say(`**${incident.number}** 风险接受已登记（签署人 ${actor.name}），到期前 7 天提醒您。`)
  },
})
