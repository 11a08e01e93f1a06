// `隔离`: cuts a machine off; high impact, so the customer and a senior expert both sign. From a customer it is an application to the analysts.
import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import { may } from '../../core/tenants/roles.js'
import { clock, duration, plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

const DEFAULT_SECONDS = 24 * 3600
const EXAMPLE = '隔离 10.1.8.77 24h'

export const isolateHost = defineCommand({
  name: '隔离',
  aliases: ['下线', '断网'],
  capability: 'apply-disposal',
  risk: 'needs-approval',
  keepsSentence: true,
  help: { group: '处置', summary: '隔离一台资产（高影响，客户与高级专家双签）', examples: [EXAMPLE] },
  args: z.object({
    ip: z.string().optional(),
    asset: z.string().optional(),
    seconds: z.number().positive().default(DEFAULT_SECONDS),
    incident: z.string().optional(),
    text: z.string().max(300).optional(),
  }),
  async run({ args, actor, tenant, core }) {
    const target = args.ip ?? args.asset
    if (target === undefined) throw new AppError('ARGUMENT_MISSING', { what: '要隔离的资产（地址或名称）', example: EXAMPLE })
    const tenantId = tenant.id
    if (!may(actor.role, 'propose-disposal')) {
      await core.disposals.apply(actor, { tenantId, action: 'isolate_host', target, seconds: args.seconds, text: args.text ?? '' })
      return say(`已转值班分析师核对：隔离 ${plain(target, 64)}。这是高影响动作，会请授权人与高级专家双签后执行，先不要自行关机。`)
    }
    const { disposal, again } = await core.disposals.proposeIsolation(actor, {
      tenantId,
      target,
      seconds: args.seconds,
      ...(args.incident ? { number: args.incident } : {}),
      ...(args.text && args.text.length >= 4 ? { reason: args.text } : {}),
    })
    const until = clock(disposal.expiresAt, tenant.timeZone)
    return say(
      again
        ? `**${disposal.number}** 已在办：隔离 ${plain(target, 64)}。`
        : `**${disposal.number}** 已请双签：隔离 ${plain(target, 64)} ${duration(disposal.seconds)}（客户授权人“同意 ${disposal.number}”，高级专家“会签 ${disposal.number}”），${until} 前有效。`,
    )
  },
})
