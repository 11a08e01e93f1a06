// A day has passed and nobody claimed what was seen: it is a shadow asset, and people have to look for whose it is.
import { assetLine } from '../cards/asset-cards.js'
import { plain } from '../cards/format.js'
import { assetsSince } from './finding-views.js'
import { definePush } from './push.js'

const SHOWN = 6

export const shadowAssets = definePush({
  kind: 'shadow-assets',
  async say({ tx, tenantId, refs }) {
    const tenant = await tx.tenants.get(tenantId, tenantId)
    const rows = await assetsSince(tx, tenantId, 'statusSince', refs['since'] ?? '', 'shadow')
    if (!tenant || rows.length === 0) return []
    const lines = rows.slice(0, SHOWN).map(({ asset, services }) => assetLine(asset, tenant.timeZone, services))
    const more = rows.length > SHOWN ? [`……共 ${rows.length} 台，回复“影子资产”看`] : []
    const text = [`**影子资产** ${rows.length} 台超过 24 小时没人认领`, ...lines, ...more, '是您的请回复“认领 地址 责任人”。'].join('\n')
    const ops = [`**影子资产** ${plain(tenant.name, 40)} ${rows.length} 台，请查清归属`, ...lines, ...more].join('\n')
    return [
      { to: 'butler', subject: '', message: { kind: 'markdown', text }, lane: 1, level: 'P3', topic: 'new_asset' },
      { to: 'ops', subject: '', message: { kind: 'markdown', text: ops }, lane: 1 },
    ]
  },
})
