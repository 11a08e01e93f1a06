// What one owner has to repair now: how many, the gravest, until when.
import { placeOf } from '../../core/findings/certificate.js'
import { compareSeverity, severityLabel } from '../../core/threats/terms.js'
import { openName } from '../cards/finding-cards.js'
import { clock, plain } from '../cards/format.js'
import { openWork, ringing } from './finding-views.js'
import { definePush } from './push.js'
import { nameOf } from './views.js'

const SHOWN = 8

export const findingsDispatched = definePush({
  kind: 'findings-dispatched',
  async say({ tx, tenantId, refs }) {
    const owner = refs['owner'] ?? ''
    const tenant = await tx.tenants.get(tenantId, tenantId)
    const work = await openWork(tx, tenantId, { ...(owner === '' ? {} : { owner }), dispatchedSince: refs['since'] ?? '' })
    if (!tenant || work.length === 0) return []
    const sorted = [...work].sort((a, b) => compareSeverity(b.finding.severity, a.finding.severity))
    const grave = sorted.some(({ finding }) => finding.severity === 'critical')
    const name = owner === '' ? '' : plain(await nameOf(tx, tenantId, owner), 20)
    const text = [
      `**待整改 ${work.length} 项** 责任人 ${name}`,
      ...sorted
        .slice(0, SHOWN)
        .map(
          ({ finding, row }) =>
            `· ${row.number} ${severityLabel[finding.severity]} ${plain(placeOf(finding), 40)} ${plain(openName(finding), 36)}　${clock(finding.dueAt, tenant.timeZone)} 前`,
        ),
      ...(work.length > SHOWN ? ['……回复“漏洞”看全部'] : []),
      '改好请回复“已修复 编号”，来不及回复“延期 编号 日期 理由”。',
    ].join('\n')
    return [
      {
        to: 'butler',
        subject: '',
        message: { kind: 'markdown', text },
        lane: 1,
        level: grave ? 'P2' : 'P3',
        topic: 'finding',
        ...ringing(owner, `您名下有 ${work.length} 项待整改，最早 ${clock(work[0]!.finding.dueAt, tenant.timeZone)} 到期`),
      },
    ]
  },
})
