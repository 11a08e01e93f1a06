// Before a repair is due, or an accepted risk ends, whoever has it is reminded while there is time.
import { placeOf } from '../../core/findings/certificate.js'
import { plusSeconds } from '../../core/ports/clock.js'
import { openName } from '../cards/finding-cards.js'
import { clock, plain } from '../cards/format.js'
import { openWork, ringing } from './finding-views.js'
import { definePush } from './push.js'

const SHOWN = 7
const AHEAD_SECONDS = 7 * 86_400

export const findingsDueSoon = definePush({
  kind: 'findings-due-soon',
  async say({ tx, tenantId, refs }) {
    const tenant = await tx.tenants.get(tenantId, tenantId)
    const last = refs['until'] ?? plusSeconds(tx.at, AHEAD_SECONDS)
    const work = await openWork(tx, tenantId, { dueAfter: tx.at, dueBefore: plusSeconds(last, 1) })
    const ending = await tx.findings.find(
      tenantId,
      { state: 'accepted_risk', holdsUntil: { atMost: plusSeconds(tx.at, AHEAD_SECONDS + 60) } },
      { order: { holdsUntil: 'asc' }, limit: 50 },
    )
    if (!tenant || work.length + ending.length === 0) return []
    const zone = tenant.timeZone
    const lines = [
      ...work.map(
        ({ finding, row }) =>
          `· ${row.number} ${plain(placeOf(finding), 40)} ${plain(openName(finding), 30)}　${clock(finding.dueAt, zone)} 到期`,
      ),
      ...ending.map(finding => `· 风险接受 ${plain(openName(finding), 40)}　${clock(finding.holdsUntil, zone)} 到期，到期恢复跟踪`),
    ]
    const text = [
      `**整改将到期** ${work.length + ending.length} 项`,
      ...lines.slice(0, SHOWN),
      ...(lines.length > SHOWN ? ['……回复“漏洞”看全部'] : []),
      '改好回复“已修复 编号”，来不及回复“延期 编号 日期 理由”。',
    ].join('\n')
    return [
      {
        to: 'butler',
        subject: '',
        message: { kind: 'markdown', text },
        lane: 1,
        level: 'P3',
        topic: 'finding',
        ...ringing(work[0]?.row.owner, `您名下的整改项 ${clock(work[0]?.finding.dueAt ?? null, zone)} 到期`),
      },
    ]
  },
})
