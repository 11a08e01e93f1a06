// `封禁`: proposes a block; the customer's approver is asked in the butler group before anything happens.
import { z } from 'zod'
import { duration, clock } from '../cards/format.js'
import { incidentView } from '../push/views.js'
import { triageUpdate } from '../cards/incident-cards.js'
import { defineCommand } from '../runtime/command.js'

const DEFAULT_SECONDS = 24 * 3600

export const blockIp = defineCommand({
  name: '封禁',
  aliases: ['拉黑', 'block'],
  says: [/把.*(?:封|拉黑)|封(?:掉|了)/],
  capability: 'propose-disposal',
  risk: 'needs-approval',
  help: {
    group: '处置',
    summary: '请客户授权封禁一个外部地址，不写时长为 24 小时',
    examples: ['封禁 203.0.113.7 12h', '封禁 203.0.113.7 2 天 IN-uni-261124-001 口令猜解'],
  },
  args: z.object({
    ip: z.string(),
    seconds: z.number().positive().default(DEFAULT_SECONDS),
    incident: z.string().optional(),
    text: z.string().max(200).optional(),
  }),
  async run({ args, actor, tenant, core }) {
    const {
      disposal,
      again,
      case: found,
    } = await core.disposals.proposeBlock(actor, {
      tenantId: tenant.id,
      ip: args.ip,
      seconds: args.seconds,
      ...(args.incident ? { number: args.incident } : {}),
      ...(args.text ? { reason: args.text } : {}),
    })
    const until = clock(disposal.expiresAt, tenant.timeZone)
    const text = again
      ? `**${disposal.number}** 已在等客户确认（封禁 ${disposal.target}，${until} 前有效），不再重复发起。`
      : [
          `**${disposal.number}** 已请 ${tenant.name} 授权：封禁 ${disposal.target} ${duration(disposal.seconds)}`,
          ...disposal.effect.lines.map(line => `· ${line}`),
          `${until} 前有效；收回请回复“撤销 ${disposal.number}”。`,
        ].join('\n')
    const view = found ? await core.transactions.read(t => incidentView(t, tenant.id, { number: found.incident.number })) : undefined
    return { answers: [{ message: { kind: 'markdown', text } }], ...(view ? { update: triageUpdate(view) } : {}) }
  },
})
