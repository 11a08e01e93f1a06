// What held a finding down is over: it has to be repaired again, and everybody hears why.
import { placeOf } from '../../core/findings/certificate.js'
import { openName } from '../cards/finding-cards.js'
import { plain } from '../cards/format.js'
import { findingView, ringing } from './finding-views.js'
import { definePush } from './push.js'

export const findingReturned = definePush({
  kind: 'finding-returned',
  async say({ tx, tenantId, refs }) {
    const { finding, row, asset } = await findingView(tx, tenantId, refs['findingId'] ?? '')
    const text = `**${row.number}** 恢复跟踪：${plain(openName(finding), 60)}（${plain(placeOf(finding), 60)}）\n原因：${plain(refs['reason'] ?? '', 200)}`
    const message = { kind: 'markdown', text } as const
    const rung = ringing(row.owner ?? asset?.owner, `${row.number} 恢复跟踪，请查看`)
    return [
      { to: 'butler', subject: row.number, message, lane: 1, level: 'P3', topic: 'finding', ...rung },
      { to: 'ops', subject: row.number, message, lane: 1 },
    ]
  },
})
