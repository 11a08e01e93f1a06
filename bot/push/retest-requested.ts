// Somebody asks for the same check again: the ops room knows what waits, should no patrol take it up.
import { placeOf } from '../../core/findings/certificate.js'
import { openCheck, openName } from '../cards/finding-cards.js'
import { plain } from '../cards/format.js'
import { findingView } from './finding-views.js'
import { definePush } from './push.js'
import { nameOf } from './views.js'

export const retestRequested = definePush({
  kind: 'retest-requested',
  async say({ tx, tenantId, refs }) {
    const { tenant, finding, row } = await findingView(tx, tenantId, refs['findingId'] ?? '')
    const by = plain(await nameOf(tx, tenantId, refs['by'] ?? ''), 20)
    const text = `**${row.number}** 待复验：${plain(tenant.name, 40)} ${plain(placeOf(finding), 60)} ${plain(openName(finding), 60)}（${by} 申请）\n要用同一检查：${plain(openCheck(finding), 80)}。巡检自动去做，也可以导入该引擎的新结果。`
    return [{ to: 'ops', subject: row.number, message: { kind: 'markdown', text }, lane: 2 }]
  },
})
