// `撤销`: takes a request back, or lifts a block at once.
import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import { disposalActionLabel } from '../../core/disposal/disposal.js'
import { inForce, isByHand } from '../../core/disposal/disposal-service.js'
import { defineCommand, say } from '../runtime/command.js'

const EXAMPLE = '撤销 DP-uni-261124-001'

export const undoDisposal = defineCommand({
  name: '撤销',
  aliases: ['解封', '恢复', '解除', 'undo'],
  says: [
    /封错|解封|撤回|(?:取消|解除|停止|结束)[^，,。]{0,24}封|放开|(?:解封|撤销|恢复访问|解除封禁)(?:了|掉|一下)?吧?[。.!！\s]*$|(?:把|将|给|对)[^，,。]{0,60}?(?:解封|撤销|解除)/,
  ],
  inFull: true,
  capability: 'undo-disposal',
  risk: 'write',
  picks: { disposal: ['requested', ...inForce] },
  help: { group: '处置', summary: '收回一项请求，或马上解除封禁', examples: [EXAMPLE, '撤销 203.0.113.7'] },
  args: z.object({ disposal: z.string().optional(), ip: z.string().optional() }),
  async run({ args, actor, tenant, core }) {
    const what = args.disposal ? { number: args.disposal } : args.ip ? { ip: args.ip } : undefined
    if (!what) throw new AppError('ARGUMENT_MISSING', { what: '处置单号或地址', example: EXAMPLE })
    const { disposal, lifting } = await core.disposals.undo(actor, tenant.id, what)
    return say(
      lifting
        ? `**${disposal.number}** 正在解除 ${disposal.target} 的${disposalActionLabel[disposal.action]}，${isByHand(disposal) ? '由分析师人工恢复' : '设备确认'}后在这里说明。`
        : `**${disposal.number}** 已收回，不会执行。`,
    )
  },
})
