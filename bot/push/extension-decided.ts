// Whoever asked for more time hears whether there is.
import { clock, plain } from '../cards/format.js'
import { findingView, ringing } from './finding-views.js'
import { definePush } from './push.js'
import { nameOf } from './views.js'

export const extensionDecided = definePush({
  kind: 'extension-decided',
  async say({ tx, tenantId, refs }) {
    const { tenant, finding, row } = await findingView(tx, tenantId, refs['findingId'] ?? '')
    const decided = row.extension
    if (!decided || decided.state === 'asked') return []
    const who = plain(await nameOf(tx, tenantId, decided.decidedBy ?? ''), 20)
    const what = decided.state === 'granted' ? '已同意延期，新期限' : '未同意延期，期限仍是'
    const text = `**${row.number}** ${who} ${what} ${clock(finding.dueAt, tenant.timeZone)}。`
    return [
      {
        to: 'butler',
        subject: row.number,
        message: { kind: 'markdown', text },
        lane: 1,
        ...ringing(decided.by, `${row.number} 的延期申请有结果了`),
      },
    ]
  },
})
