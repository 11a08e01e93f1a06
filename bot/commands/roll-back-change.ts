// `回退`: the customer agrees to a roll-back; analysts give the plan beforehand and the result afterwards with the same word.
import { z } from 'zod'
import { caseStateLabel } from '../../core/cases/case-tables.js'
import { isStaff } from '../../core/tenants/roles.js'
import { defineCommand, say } from '../runtime/command.js'

export const rollBackChange = defineCommand({
  name: '回退',
  aliases: [],
  capability: 'handle-changes',
  risk: 'needs-approval',
  keepsSentence: true,
  picks: { case: { kind: 'configuration_change', states: ['reviewing', 'advice_sent'] } },
  help: {
    group: '配置',
    summary: '把一项变更改回去；分析师用“方案 …”“核验通过 …”“未成功 …”给出方案与结果',
    examples: ['回退 TK-uni-261124-001', '回退 TK-uni-261124-001 方案 删除账号 svc_bk，关闭 4444 端口'],
  },
  args: z.object({ case: z.string(), text: z.string().max(1_000).optional() }),
  async run({ args, actor, tenant, core }) {
    const words = args.text ?? ''
    const [, verb, rest = ''] = /^(方案|核验通过|未成功)[\s：:，,]*(.*)$/s.exec(words) ?? []
    const changes = core.configurationChanges
    const row =
      verb !== undefined && isStaff(actor.role)
        ? verb === '方案'
          ? await changes.advise(actor, tenant.id, args.case, rest)
          : await changes.rolledBack(actor, tenant.id, args.case, verb === '核验通过', rest || verb)
        : await changes.rollBack(actor, tenant.id, args.case, words)
    const next = row.state === 'violating' ? '已登记为违规，分析师给出方案后再请您同意回退' : `现在是“${caseStateLabel(row)}”`
    return say(`**${args.case}** ${next}。`)
  },
})
