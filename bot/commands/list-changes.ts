// `变更`: configuration changes and where they stand; with a number the differences of one.
import { z } from 'zod'
import { ChangeDetails } from '../../core/cases/change-service.js'
import { caseStateLabel } from '../../core/cases/case-tables.js'
import { findCase } from '../../core/cases/move-case.js'
import { severityLabel } from '../../core/threats/terms.js'
import { clock, plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

const MOST = 8
const MOST_LINES = 10

export const listChanges = defineCommand({
  name: '变更',
  aliases: [],
  capability: 'see-cases',
  risk: 'read',
  help: { group: '配置', summary: '配置改了什么、谁报备过、走到哪一步', examples: ['变更', '变更 TK-uni-261124-001'] },
  args: z.object({ case: z.string().optional() }),
  async run({ args, tenant, core }) {
    if (args.case !== undefined) {
      const row = await core.transactions.read(t => findCase(t, tenant.id, 'configuration_change', args.case!))
      const { lines } = ChangeDetails.parse(row.details)
      return say(
        [
          `**${row.number}** ${plain(row.title, 80)}　${severityLabel[row.severity]}·${caseStateLabel(row)}`,
          ...lines.slice(0, MOST_LINES).map(line => `· ${plain(line, 120)}`),
          ...(lines.length > MOST_LINES ? [`……共 ${lines.length} 处`] : []),
          `是贵方做的回复“认可 ${row.number}”，不是回复“违规 ${row.number}”。`,
        ].join('\n'),
      )
    }
    const rows = await core.transactions.read(t =>
      t.cases.find(tenant.id, { kind: 'configuration_change' }, { order: { createdAt: 'desc' }, limit: MOST }),
    )
    if (rows.length === 0) return say('还没有记录到配置变更。计划中的变更请先“报备”。')
    const lines = rows.map(
      row => `· ${clock(row.createdAt, tenant.timeZone)} ${plain(row.title, 50)}　${caseStateLabel(row)}　${row.number}`,
    )
    return say(['**最近的配置变更**', ...lines].join('\n'))
  },
})
