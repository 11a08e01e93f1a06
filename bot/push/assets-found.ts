// New machines were seen (template 7): which looks riskiest, and whose they are.
import { newAssetCard } from '../cards/asset-cards.js'
import { assetsSince } from './finding-views.js'
import { definePush } from './push.js'

export const assetsFound = definePush({
  kind: 'assets-found',
  async say({ tx, tenantId, refs }) {
    const tenant = await tx.tenants.get(tenantId, tenantId)
    const assets = await assetsSince(tx, tenantId, 'firstSeenAt', refs['since'] ?? '', 'unclaimed')
    // Claimed meanwhile: nobody has to be asked.
    if (!tenant || assets.length === 0) return []
    const { card, commands } = newAssetCard({ tenant, assets, total: assets.length })
    return [{ to: 'butler', subject: '', message: { kind: 'card', card }, commands, lane: 1, level: 'P3', topic: 'new_asset' }]
  },
})
