// `封禁`: proposes a block; the customer's approver is asked in the butler group before anything happens.
import { z } from 'zod'
import { duration, clock, plain } from '../cards/format.js'
import { incidentView } from '../push/views.js'
import { triageUpdate } from '../cards/incident-cards.js'
import { may } from '../../core/tenants/roles.js'
import { defineCommand, say } from '../runtime/command.js'

const DEFAULT_SECONDS = 24 * 3600

export const blockIp = defineCommand({
  name: '封禁',
  aliases: ['拉黑', 'block'],
  // Never 解封, 密封, 查封.
  says: [
    /(?:把|将|给|对)[^，,。；;]{0,60}?(?:(?<![解密信开查尘])封禁?|拉黑|屏蔽|阻断)(?:了|掉|一下|上|住|起来)?吧?/,
    /(?:(?<![解密信开查尘])封禁?|拉黑|屏蔽)(?:掉|一下|了?它|住|上|这个|了?吧)吧?/,
    /(?<![解密信开查尘])封禁?\s*(?=\d|[0-9a-f]+:)/i,
    /(?<![已被曾谁自没解])(?:封禁|拉黑)(?![清列名记策情状原期请申的了过中着])/,
    /(?<=[\d:]\s*)封/,
  ],
  capability: 'apply-disposal',
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
    if (!may(actor.role, 'propose-disposal')) {
      const wish = { tenantId: tenant.id, action: 'block_ip', target: args.ip, seconds: args.seconds, text: args.text ?? '' } as const
      await core.disposals.apply(actor, wish)
      return say(`已转值班分析师核对：封禁 ${args.ip} ${duration(args.seconds)}。核对归属与影响后会请授权人确认，结果在这里说明。`)
    }
    const {
      disposal,
      again,
      clause,
      case: found,
    } = await core.disposals.proposeBlock(actor, {
      tenantId: tenant.id,
      ip: args.ip,
      seconds: args.seconds,
      ...(args.incident ? { number: args.incident } : {}),
      ...reasonIn(args.text),
    })
    const until = clock(disposal.expiresAt, tenant.timeZone)
    const text = clause
      ? `**${disposal.number}** 已按预授权 ${clause} 执行封禁 ${disposal.target} ${duration(disposal.seconds)}，已告知客户；撤回请回复“撤销 ${disposal.number}”。`
      : again
        ? `**${disposal.number}** 已在等客户确认（封禁 ${disposal.target}，${until} 前有效），不再重复发起。`
        : [
            `**${disposal.number}** 已请 ${plain(tenant.name, 40)} 授权：封禁 ${disposal.target} ${duration(disposal.seconds)}`,
            ...disposal.effect.lines.map(line => `· ${plain(line, 120)}`),
            `${until} 前有效；收回请回复“撤销 ${disposal.number}”。`,
          ].join('\n')
    const view = found ? await core.transactions.read(t => incidentView(t, tenant.id, { number: found.incident.number })) : undefined
    return { answers: [{ message: { kind: 'markdown', text } }], ...(view ? { update: triageUpdate(view) } : {}) }
  },
})

const FILLER =
  /^(?:把|将|给|对|一下|下|掉|了|吧|它|他|这个?|那个?|该|的|来自|来源|源|攻击者|(?:外网|攻击|恶意|可疑)?(?:地址|IP)|时长|时间|持续|先|再|直接|请|麻烦|帮忙?|我|[\s，,。：:、；;])+/i

/** What the approver is shown as the reason; words that only carried the order are none. */
function reasonIn(text = ''): { reason?: string } {
  const marked = /(?:原因|理由|因为|由于)[是为：:\s]*(.+)$/.exec(text)?.[1]
  const reason = (marked ?? text.replace(FILLER, '')).replace(/^[\s，,。：:、；;]+|[\s，,。；;]+$/g, '')
  return (reason.match(/[\p{L}\p{N}]/gu) ?? []).length >= 2 ? { reason } : {}
}
