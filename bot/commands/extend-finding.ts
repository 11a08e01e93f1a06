// `延期`: more time for a finding, with a day and a reason; the customer's approver grants it.
import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import { instant } from '../../core/ports/clock.js'
import { daySpan } from '../../core/tenants/local-time.js'
import { clock } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

const EXAMPLE = '延期 FD-uni-261124-001 7天 等厂商补丁'

export const extendFinding = defineCommand({
  name: '延期',
  aliases: ['延长期限'],
  capability: 'extend-findings',
  risk: 'needs-approval',
  help: {
    group: '脆弱性',
    summary: '申请延长整改期限（日期或时长，加理由），由授权人批',
    examples: [EXAMPLE, '延期 FD-uni-261124-001 12月10日 等停机窗口'],
  },
  args: z.object({
    finding: z.string().optional(),
    ip: z.string().optional(),
    day: z.string().optional(),
    seconds: z.number().positive().optional(),
    text: z.string().max(500).default(''),
  }),
  async run({ args: { finding, ip, day, seconds, text }, actor, tenant, core, now }) {
    if (day === undefined && seconds === undefined) throw new AppError('ARGUMENT_MISSING', { what: '延到哪天', example: EXAMPLE })
    const until = instant(day === undefined ? now + (seconds ?? 0) * 1000 : daySpan(day, day, tenant.timeZone).to - 1000)
    const reason = text.replace(/^[到至了]+\s*/, '')
    const { row, extension } = await core.findings.extend(actor, tenant.id, { number: finding, ip }, until, reason)
    const shown = clock(extension.until, tenant.timeZone)
    return say(
      extension.state === 'granted'
        ? `**${row.number}** 已延期至 ${shown}。`
        : `**${row.number}** 延期至 ${shown} 已提交，等授权人回复“同意延期 ${row.number}”。`,
    )
  },
})
