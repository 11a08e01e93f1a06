// `临时开放`: asks for a port to be open until a day, at most seven days; another person agrees with the same word and the number.
import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import { instant } from '../../core/ports/clock.js'
import { daySpan } from '../../core/tenants/local-time.js'
import { clock } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'
import { portIn } from '../runtime/port-in.js'

const DEFAULT_DAYS = 7
const EXAMPLE = '临时开放 8080 3天 供应商调试'

export const openTemporarily = defineCommand({
  name: '临时开放',
  aliases: [],
  capability: 'manage-exposures',
  risk: 'needs-approval',
  keepsSentence: true,
  help: {
    group: '暴露面',
    summary: '申请临时开放端口，由另一位授权人同意，最长 7 天，到期自动转违规',
    examples: [EXAMPLE, '临时开放 TK-uni-261124-001'],
  },
  args: z.object({
    case: z.string().optional(),
    ip: z.string().optional(),
    seconds: z.number().positive().optional(),
    day: z.string().optional(),
    text: z.string().max(500).optional(),
  }),
  async run({ args, actor, tenant, core, now }) {
    const end =
      args.seconds !== undefined
        ? now + args.seconds * 1000
        : args.day === undefined
          ? undefined
          : daySpan(args.day, args.day, tenant.timeZone).to
    if (args.case !== undefined) {
      const row = await core.exposures.grantOpening(actor, tenant.id, args.case, end === undefined ? undefined : instant(end))
      return say(`**${row.number}** 已同意临时开放至 ${clock(row.until, tenant.timeZone)}，到期未收回将转为违规。`)
    }
    const port = portIn(args.text ?? '')
    if (port === undefined) throw new AppError('ARGUMENT_MISSING', { what: '端口', example: EXAMPLE })
    const until = instant(end ?? now + DEFAULT_DAYS * 86_400_000)
    const wanted = { host: args.ip ?? '未注明地址', port, until, reason: args.text ?? '' }
    const row = await core.exposures.requestOpening(actor, tenant.id, wanted)
    return say(`**${row.number}** 已申请开放 ${port} 端口至 ${clock(until, tenant.timeZone)}，等另一位授权人确认。`)
  },
})
