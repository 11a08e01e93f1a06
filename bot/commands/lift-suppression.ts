// `取消抑制`: from now on it is reported again.
import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import { defineCommand, say } from '../runtime/command.js'

export const liftSuppression = defineCommand({
  name: '取消抑制',
  aliases: ['解除抑制', 'unsuppress'],
  capability: 'suppress',
  risk: 'write',
  help: { group: '研判', summary: '提前结束一条抑制', examples: ['取消抑制 203.0.113.7'] },
  args: z.object({ incident: z.string().optional(), ip: z.string().optional() }),
  async run({ args, actor, tenant, core }) {
    const subject = args.ip ?? args.incident
    if (subject === undefined) throw new AppError('ARGUMENT_MISSING', { what: '地址或事件单号', example: '取消抑制 203.0.113.7' })
    await core.suppressions.end(actor, tenant.id, subject)
    return say(`**${subject}** 的抑制已取消，从现在起照常告警。`)
  },
})
