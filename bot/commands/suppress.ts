// `抑制`: for a time and with a reason, an address or an incident's rules make no more alerts; a second person confirms by the same sentence.
import { z } from 'zod'
import { suppressionKindLabel, type SuppressionKind } from '../../core/threats/suppressions/suppression.js'
import { clock, plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

const DAY = 86_400
/** The first word of the reason: what it is, where it is more than noise. */
const kinds: readonly (readonly [RegExp, SuppressionKind])[] = [
  [/^扫描器[\s，,：:]*/, 'known-scanner'],
  [/^(?:演练|渗透)[\s，,：:]*/, 'authorised-drill'],
  [/^业务[\s，,：:]*/, 'business-confirmed'],
]

export const suppress = defineCommand({
  name: '抑制',
  aliases: ['加白', '白名单', 'suppress'],
  capability: 'suppress',
  risk: 'write',
  help: {
    group: '研判',
    summary:
      '一个地址或一类告警在期限内不再告警（最长 90 天，要理由；分析师、授权人要第二人确认）。理由以“扫描器”“演练”“业务”开头则照常告警、研判时计为反向证据',
    examples: [
      '抑制 203.0.113.7 30天 我们自己的漏扫',
      '抑制 IN-uni-261124-001 7天 应用改版前的已知误报',
      '抑制 203.0.113.7 2天 演练 攻防演练红队',
    ],
  },
  args: z.object({
    incident: z.string().optional(),
    ip: z.string().optional(),
    seconds: z.number().default(30 * DAY),
    text: z.string().max(300).default(''),
  }),
  async run({ args, actor, tenant, core }) {
    const found = kinds.find(([pattern]) => pattern.test(args.text))
    const row = await core.suppressions.suppress(actor, tenant.id, {
      kind: found?.[1] ?? 'mute',
      address: args.ip,
      incident: args.ip === undefined ? args.incident : undefined,
      seconds: args.seconds,
      reason: args.text,
    })
    const what = `**${row.subject}** ${suppressionKindLabel[row.kind]}，至 ${clock(row.until, tenant.timeZone)}：${plain(row.reason, 100)}`
    return say(
      row.state === 'active'
        ? `${what}\n已生效。攻击成功和严重级别的仍会告警；命中次数见“抑制清单”，提前结束请回复“取消抑制 ${row.subject}”。`
        : `${what}\n还要第二人确认：请另一位有权限的人回复“抑制 ${row.subject}”。`,
    )
  },
})
