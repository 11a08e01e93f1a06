// The same check found it again: still there, with what the check saw. Of a weak password nothing is shown.
import { placeOf } from '../../core/findings/certificate.js'
import { openCheck, openName } from '../cards/finding-cards.js'
import { clock, code, plain } from '../cards/format.js'
import { findingView, ringing } from './finding-views.js'
import { definePush } from './push.js'

export const findingRemains = definePush({
  kind: 'finding-remains',
  async say({ tx, tenantId, refs }) {
    const { tenant, finding, row, asset } = await findingView(tx, tenantId, refs['findingId'] ?? '')
    const retest = await tx.retests.first(tenantId, { findingId: finding.id }, { order: { requestedAt: 'desc', id: 'desc' } })
    const evidence =
      finding.kind === 'weak_credential'
        ? '口令仍可被猜中（明细仅责任人可看）'
        : code(retest?.answer?.evidence || finding.details.evidence || '同一检查再次命中', 160)
    const text = [
      `**${row.number}** 复验未通过，仍存在：${plain(openName(finding), 60)}`,
      `位置：${plain(placeOf(finding), 60)}；检查：${plain(openCheck(finding), 60)}`,
      `证据：${evidence}`,
      `期限 ${clock(finding.dueAt, tenant.timeZone)}，改好后再回复“已修复 ${row.number}”。`,
    ].join('\n')
    const rung = ringing(row.owner ?? asset?.owner, `${row.number} 复验未通过`)
    return [{ to: 'butler', subject: row.number, message: { kind: 'markdown', text }, lane: 1, ...rung }]
  },
})
