// `接受风险`: the customer signs for what stays as it is, an incident or a finding, with an end and what is done instead.
import { z } from 'zod'
import { MOST_ACCEPTED_DAYS } from '../../core/tickets/ticket-changes.js'
import { clock } from '../cards/format.js'
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
    summary: `由您签署：事件或漏洞暂不处理，写明期限（最长 ${MOST_ACCEPTED_DAYS} 天）与补偿措施`,
    examples: ['接受风险 IN-uni-261124-001 30天 已限制来源地址', '接受风险 FD-uni-261124-001 30天 已限制来源地址'],
  },
  args: z
    .object({
      incident: z.string().optional(),
      finding: z.string().optional(),
      seconds: z.number().positive(),
      text: z.string().max(500).optional(),
    })
    .refine(({ incident, finding }) => (incident ?? finding) !== undefined, { path: ['incident'] }),
  argumentNames: { incident: '事件单号或漏洞编号', seconds: '期限', text: '理由与补偿措施' },
  async run({ args, actor, tenant, core }) {
    const { seconds, text = '' } = args
    if (args.incident === undefined) {
      const { row, finding } = await core.findings.acceptRisk(actor, tenant.id, { number: args.finding }, seconds / DAY, text)
      return say(
        `**${row.number}** 风险接受已登记（签署人 ${actor.name}），至 ${clock(finding.holdsUntil, tenant.timeZone)}；到期前 7 天提醒您，到期自动恢复跟踪。`,
      )
    }
    const { incident } = await core.changes.acceptRisk(actor, tenant.id, args.incident, seconds / DAY, text)
    return say(`**${incident.number}** 风险接受已登记（签署人 ${actor.name}），到期前 7 天提醒您。`)
  },
})
