// What should have been repaired by now: told in the customer's group and to the customer manager.
import { placeOf } from '../../core/findings/certificate.js'
import { openName } from '../cards/finding-cards.js'
import { clock, plain } from '../cards/format.js'
import { openWork, ringing } from './finding-views.js'
import { definePush } from './push.js'
import { nameOf } from './views.js'

const SHOWN = 7

export const findingsOverdue = definePush({
  kind: 'findings-overdue',
  async say({ tx, tenantId }) {
    const tenant = await tx.tenants.get(tenantId, tenantId)
    const work = await openWork(tx, tenantId, { dueBefore: tx.at })
    if (!tenant || work.length === 0) return []
    const lines: string[] = []
    for (const { finding, row } of work.slice(0, SHOWN)) {
      const owner = row.owner === null ? '无责任人' : plain(await nameOf(tx, tenantId, row.owner), 16)
      lines.push(
        `· ${row.number} ${plain(placeOf(finding), 40)} ${plain(openName(finding), 30)}　${owner}　应于 ${clock(finding.dueAt, tenant.timeZone)}`,
      )
    }
    const more = work.length > SHOWN ? ['……回复“漏洞 超期”看全部'] : []
    const text = [`**整改超期** ${work.length} 项`, ...lines, ...more, '改好回复“已修复 编号”；确有困难回复“延期 编号 日期 理由”。'].join(
      '\n',
    )
    const ops = [`**整改超期** ${plain(tenant.name, 40)} ${work.length} 项，请客户经理跟进`, ...lines, ...more].join('\n')
    return [
      {
        to: 'butler',
        subject: '',
        message: { kind: 'markdown', text },
        lane: 1,
        level: 'P3',
        topic: 'finding',
        ...ringing(work[0]!.row.owner, `您名下有整改项超期，最早应于 ${clock(work[0]!.finding.dueAt, tenant.timeZone)} 完成`),
      },
      {
        to: 'ops',
        subject: '',
        message: { kind: 'markdown', text: ops },
        lane: 1,
        ...ringing(tenant.manager, `${tenant.name} 整改超期 ${work.length} 项`),
      },
    ]
  },
})
