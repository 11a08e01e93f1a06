// `跟进预警`: what is done about an advisory, by whom, and when it is over.
import { z } from 'zod'
import { caseStateLabel } from '../../core/cases/case-tables.js'
import { defineCommand, say } from '../runtime/command.js'

export const followAdvisory = defineCommand({
  name: '跟进预警',
  aliases: ['预警 跟进'],
  capability: 'manage-exposures',
  risk: 'write',
  keepsSentence: true,
  help: {
    group: '预警',
    summary: '一条预警怎么处理：请服务方安排、自己处理，或“已关闭 …”',
    examples: ['跟进预警 AD-uni-261124-001 我们自己处理', '跟进预警 AD-uni-261124-001 已关闭 3 台均已升级'],
  },
  args: z.object({ case: z.string(), text: z.string().max(500).default('核查') }),
  argumentNames: { case: '预警单号' },
  async run({ args, actor, tenant, core }) {
    const to = /^已?关闭/.test(args.text) ? 'closed' : /自己|已处理|缓解|防护|补丁/.test(args.text) ? 'protecting' : 'checking'
    const row = await core.advisories.act(actor, tenant.id, args.case, to, args.text)
    return say(`**${args.case}** 已登记，现在是“${caseStateLabel(row)}”。`)
  },
})
