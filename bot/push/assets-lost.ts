// Machines that three patrols in a row asked for and did not see: told where people may know why.
import { assetLine } from '../cards/asset-cards.js'
import { assetsSince } from './finding-views.js'
import { definePush } from './push.js'

const SHOWN = 7

export const assetsLost = definePush({
  kind: 'assets-lost',
  async say({ tx, tenantId, refs }) {
    const tenant = await tx.tenants.get(tenantId, tenantId)
    const rows = await assetsSince(tx, tenantId, 'statusSince', refs['since'] ?? '', 'lost')
    if (!tenant || rows.length === 0) return []
    const text = [
      `**资产失联** ${rows.length} 台连续三轮巡检没有应答（记录保留，不删除）`,
      ...rows.slice(0, SHOWN).map(({ asset }) => assetLine(asset, tenant.timeZone)),
      ...(rows.length > SHOWN ? [`……共 ${rows.length} 台`] : []),
      '已下线的请回复“标记 地址 下线”。',
    ].join('\n')
    return [{ to: 'butler', subject: '', message: { kind: 'markdown', text }, lane: 2, level: 'P4', topic: 'new_asset' }]
  },
})
