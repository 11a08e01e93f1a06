// Somebody needs more time for a repair: the approver is asked, with the reason and the day.
import { placeOf } from '../../core/findings/certificate.js'
import { severityLabel } from '../../core/threats/terms.js'
import { openName } from '../cards/finding-cards.js'
import { card, clip, clock } from '../cards/format.js'
import { findingView } from './finding-views.js'
import { definePush } from './push.js'
import { approvers } from './views.js'

export const extensionRequested = definePush({
  kind: 'extension-requested',
  async say({ tx, tenantId, refs }) {
    const { tenant, finding, row } = await findingView(tx, tenantId, refs['findingId'] ?? '')
    const asked = row.extension
    if (asked?.state !== 'asked') return []
    const people = (await approvers(tx, tenantId)).map(person => person.userId)
    const message = {
      kind: 'card',
      card: card({
        title: `【延期申请】${openName(finding)}`,
        desc: row.number,
        text: `原因：${clip(asked.reason, 60)}。不同意则期限不变`,
        facts: [
          { name: '位置', value: placeOf(finding) },
          { name: '级别', value: severityLabel[finding.severity] },
          { name: '原期限', value: clock(finding.dueAt, tenant.timeZone) },
          { name: '延到', value: clock(asked.until, tenant.timeZone) },
          { name: '申请人', value: clip(refs['by'] ?? '', 20) },
        ],
        whole: [row.number],
        buttons: [
          { key: 'yes', text: '同意延期', style: 'primary' },
          { key: 'no', text: '不同意', style: 'danger' },
        ],
      }),
    } as const
    return [
      {
        to: 'butler',
        subject: row.number,
        message,
        commands: { yes: `同意延期 ${row.number}`, no: `不同意延期 ${row.number}` },
        lane: 1,
        personally: people,
        ...(people.length > 0
          ? { mention: { text: `${row.number} 申请延期，请回复“同意延期 ${row.number}”或“不同意延期 ${row.number}”`, userIds: people } }
          : {}),
      },
    ]
  },
})
