// `同意延期`: the approver grants more time.
import { z } from 'zod'
import { clock } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

export const grantExtension = defineCommand({
  name: '同意延期',
  aliases: ['批准延期'],
  capability: 'decide-extension',
  risk: 'write',
  help: { group: '脆弱性', summary: '授权人同意一项整改延期', examples: ['同意延期 FD-uni-261124-001'] },
  args: z.object({ finding: z.string() }),
  async run({ args, actor, tenant, core }) {
    const { row, finding } = await core.findings.decideExtension(actor, tenant.id, { number: args.finding }, true)
    return say(`**${row.number}** 已同意延期，新期限 ${clock(finding.dueAt, tenant.timeZone)}。`)
  },
})
