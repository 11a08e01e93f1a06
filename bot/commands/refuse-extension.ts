// `不同意延期`: the approver refuses more time, and the day stays.
import { z } from 'zod'
import { clock } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

export const refuseExtension = defineCommand({
  name: '不同意延期',
  aliases: ['驳回延期'],
  capability: 'decide-extension',
  risk: 'write',
  help: { group: '脆弱性', summary: '授权人不同意一项整改延期', examples: ['不同意延期 FD-uni-261124-001'] },
  args: z.object({ finding: z.string() }),
  async run({ args, actor, tenant, core }) {
    const { row, finding } = await core.findings.decideExtension(actor, tenant.id, { number: args.finding }, false)
    return say(`**${row.number}** 未同意延期，期限仍是 ${clock(finding.dueAt, tenant.timeZone)}。`)
  },
})
