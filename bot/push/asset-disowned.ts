// A customer does not know a machine that was seen in their network: an analyst looks.
import { assetLine } from '../cards/asset-cards.js'
import { plain } from '../cards/format.js'
import { definePush } from './push.js'

export const assetDisowned = definePush({
  kind: 'asset-disowned',
  async say({ tx, tenantId, refs }) {
    const tenant = await tx.tenants.get(tenantId, tenantId)
    const asset = await tx.assets.get(tenantId, refs['assetId'] ?? '')
    if (!tenant || !asset) return []
    const services = await tx.assetServices.find(tenantId, { assetId: asset.id, closedAt: null }, { order: { port: 'asc' }, limit: 20 })
    const text = `**归属待查** ${plain(tenant.name, 40)} ${plain(refs['by'] ?? '', 30)} 不认识这台：\n${assetLine(asset, tenant.timeZone, services)}\n请查清接在哪里、谁在用，并在客户群回复。`
    return [{ to: 'ops', subject: '', message: { kind: 'markdown', text }, lane: 0 }]
  },
})
