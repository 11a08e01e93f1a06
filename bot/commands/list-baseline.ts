// `基线`: configuration checks that failed and are not repaired, of all or of one asset.
import { z } from 'zod'
import { defineCommand } from '../runtime/command.js'
import { answerList, hostsOf, levelsOf } from '../runtime/finding-list.js'

export const listBaseline = defineCommand({
  name: '基线',
  aliases: ['基线检查', '配置核查'],
  capability: 'see-findings',
  risk: 'read',
  help: { group: '脆弱性', summary: '没通过的基线检查项', examples: ['基线', '基线 10.1.8.77'] },
  args: z.object({
    ip: z.string().optional(),
    asset: z.string().optional(),
    severity: z.enum(['critical', 'high', 'medium', 'low', 'info']).optional(),
    text: z.string().max(200).default(''),
  }),
  async run({ args: { ip, asset, severity, text }, tenant, core }) {
    const hosts = await hostsOf(core, tenant, ip, asset)
    const question = { kinds: ['baseline'] as const, hosts: hosts?.length === 0 ? undefined : hosts, severities: levelsOf(severity, text) }
    return answerList(core, tenant, question, {
      what: ['基线', ip ?? asset].filter(Boolean).join(' '),
      none: '没有未整改的基线项。没有查过的资产不在其内。',
      more: '看一项：“漏洞 编号”；改好了：“已修复 编号”。',
    })
  },
})
