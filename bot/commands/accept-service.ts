// `验收`: the customer takes what was delivered, or says why not.
import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import { defineCommand, say } from '../runtime/command.js'

export const acceptService = defineCommand({
  name: '验收',
  aliases: [],
  capability: 'accept-service',
  risk: 'write',
  keepsSentence: true,
  picks: { case: { kind: 'service_order', states: ['accepting'] } },
  help: {
    group: '服务单',
    summary: '验收一项服务；不通过请写明原因',
    examples: ['验收 SO-uni-261124-001 通过', '验收 SO-uni-261124-001 不通过 报告缺复测'],
  },
  args: z.object({ case: z.string(), text: z.string().max(500).optional() }),
  argumentNames: { case: '服务单号' },
  async run({ args, actor, tenant, core }) {
    const words = args.text ?? ''
    const [refused, reason = ''] = /^(?:不|未|没)(?:能)?通过[\s，,：:]*(.*)$/s.exec(words) ?? []
    if (refused !== undefined && reason.length < 2)
      throw new AppError('ARGUMENT_MISSING', { what: '不通过的原因', example: `验收 ${args.case} 不通过 报告缺复测` })
    await core.serviceOrders.accept(actor, tenant.id, args.case, refused === undefined, refused === undefined ? words : reason)
    return say(refused === undefined ? `**${args.case}** 已验收，谢谢。` : `**${args.case}** 已退回返工：${reason}`)
  },
})
