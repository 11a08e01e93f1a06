// A customer thinks an asset more or less important: an analyst or the customer manager says the same, and it counts.
import { calledBy } from '../cards/asset-cards.js'
import { card, clip } from '../cards/format.js'
import { definePush } from './push.js'

export const assetRatingProposed = definePush({
  kind: 'asset-rating-proposed',
  async say({ tx, tenantId, refs }) {
    const tenant = await tx.tenants.get(tenantId, tenantId)
    const asset = await tx.assets.get(tenantId, refs['assetId'] ?? '')
    if (!tenant || !asset?.proposal) return []
    const { c, i, a } = asset.proposal
    const who = calledBy(asset)
    const message = {
      kind: 'card',
      card: card({
        title: `【资产重要性】${who}`,
        desc: clip(tenant.name, 28),
        text: `${clip(refs['by'] ?? '', 20)} 申请标为 C=${c} I=${i} A=${a}，确认后重算价值与优先级`,
        facts: [
          {
            name: '现在',
            value: asset.cia ? `C=${asset.cia.c} I=${asset.cia.i} A=${asset.cia.a}，价值 ${asset.value}` : `未评，价值 ${asset.value}`,
          },
          { name: '业务', value: asset.business || '未登记' },
        ],
        whole: [],
        buttons: [{ key: 'yes', text: '确认', style: 'primary' }],
      }),
    } as const
    return [{ to: 'ops', subject: '', message, commands: { yes: `标记 ${who} C=${c} I=${i} A=${a} ${tenant.code}` }, lane: 1 }]
  },
})
