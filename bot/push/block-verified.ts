// The block is in force and was read back from the device.
import { blockedCard } from '../cards/disposal-cards.js'
import { clock } from '../cards/format.js'
import { definePush } from './push.js'
import { disposalView } from './views.js'

export const blockVerified = definePush({
  kind: 'block-verified',
  async say({ tx, tenantId, refs }) {
    const view = await disposalView(tx, tenantId, refs['disposalId'] ?? '')
    const { card, commands } = blockedCard(view)
    const { disposal, tenant, incidentNumber } = view
    const next = incidentNumber ? `下一步：复验 ${incidentNumber} 根因` : ''
    return [
      { to: 'butler', subject: disposal.number, message: { kind: 'card', card }, commands, lane: 0 },
      {
        to: 'ops',
        subject: disposal.number,
        message: {
          kind: 'markdown',
          text: `**${disposal.number}** 已封禁 ${disposal.target}，回读校验通过，至 ${clock(disposal.leaseUntil, tenant.timeZone)}。${next}`,
        },
        lane: 1,
      },
    ]
  },
})
