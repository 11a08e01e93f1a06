// `收敛`: an opening to the Internet is taken back; done, looked at again.
import { z } from 'zod'
import { caseStateLabel } from '../../core/cases/case-tables.js'
import { portIn } from '../runtime/port-in.js'
import { defineCommand, say } from '../runtime/command.js'

const EXAMPLE = '收敛 3389 端口 改走 VPN'

export const convergeExposure = defineCommand({
  name: '收敛',
  aliases: [],
  capability: 'manage-exposures',
  risk: 'needs-approval',
  keepsSentence: true,
  help: {
    group: '暴露面',
    summary: '收回一个暴露项；做完回复“完成”，分析师用“复测通过”“复测未通过”给出结果',
    examples: [EXAMPLE, '收敛 TK-uni-261124-001 下线', '收敛 TK-uni-261124-001 完成'],
  },
  args: z.object({ case: z.string().optional(), ip: z.string().optional(), text: z.string().max(500).optional() }),
  async run({ args, actor, tenant, core }) {
    const words = args.text ?? ''
    if (args.case !== undefined) {
      const [, not, passed] = /^复测(不|未)?(通过)/.exec(words) ?? []
      if (passed !== undefined) {
        const row = await core.exposures.probed(actor, tenant.id, args.case, not !== undefined, words)
        return say(`**${args.case}** 现在是“${caseStateLabel(row)}”。`)
      }
      if (/^(?:已?完成|已?关(?:闭|了|掉)|好了|做完了?)/.test(words)) {
        await core.exposures.converged(actor, tenant.id, args.case, words)
        return say(`**${args.case}** 已请分析师从外网复测，结果在这里告诉您。`)
      }
    }
    const port = portIn(words)
    const what = {
      ...(args.case === undefined ? {} : { number: args.case }),
      ...(args.ip === undefined ? {} : { host: args.ip }),
      ...(port === undefined ? {} : { port }),
    }
    const row = await core.exposures.converge(actor, tenant.id, what, words || '收回')
    return say(`**${row.number}** 已开始收敛：${words || '收回'}。做完请回复“收敛 ${row.number} 完成”。`)
  },
})
