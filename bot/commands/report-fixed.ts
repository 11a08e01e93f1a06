// `已修复`: the customer says that it is repaired; the same check is asked again, and only its answer closes it.
import { z } from 'zod'
import { plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

export const reportFixed = defineCommand({
  name: '已修复',
  aliases: ['已改', '改好了', 'fixed'],
  capability: 'report-fixed',
  risk: 'write',
  harmless: true,
  keepsSentence: true,
  help: {
    group: '脆弱性',
    summary: '告诉我们已经改好；用同一检查复验，通过后发复验凭证',
    examples: ['已修复 FD-uni-261124-001', '已修复 10.1.8.77 弱口令'],
  },
  args: z.object({ finding: z.string().optional(), ip: z.string().optional(), text: z.string().max(500).optional() }),
  async run({ args: { finding, ip, text = '' }, actor, tenant, core }) {
    const kind = finding === undefined && /弱口令|弱密码|密码|口令/.test(text) ? ('weak_credential' as const) : undefined
    const { row, retest } = await core.findings.reportFixed(actor, tenant.id, { number: finding, ip, kind }, text)
    return say(
      `**${row.number}** 收到，已排队复验：由 ${plain(retest.engine, 20)} 再做同一项检查。通过了发复验凭证，还在就附证据；检查没做成不会算通过。`,
    )
  },
})
