// The check could not be made, or proved nothing: nothing is closed, and it is said so.
import { plain } from '../cards/format.js'
import { findingView } from './finding-views.js'
import { definePush } from './push.js'

export const retestUndecided = definePush({
  kind: 'retest-undecided',
  async say({ tx, tenantId, refs }) {
    const { row, finding } = await findingView(tx, tenantId, refs['findingId'] ?? '')
    const retest = await tx.retests.get(tenantId, refs['retestId'] ?? '')
    const why = plain((finding.kind === 'weak_credential' ? '' : retest?.answer?.evidence) || '检查没有做成，或者问的不是同一项', 200)
    const text = `**${row.number}** 这次复验没有结论：${why}\n状态不变，会再做；不需要您操作。`
    return [
      { to: 'butler', subject: row.number, message: { kind: 'markdown', text }, lane: 2 },
      { to: 'ops', subject: row.number, message: { kind: 'markdown', text }, lane: 1 },
    ]
  },
})
