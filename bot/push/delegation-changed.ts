// Who may decide for the customer has changed for a while: the butler group and the ops room know it.
import { plain } from '../cards/format.js'
import { definePush } from './push.js'

export const delegationChanged = definePush({
  kind: 'delegation-changed',
  async say({ tx, tenantId, refs }) {
    const tenant = await tx.tenants.get(tenantId, tenantId)
    const text = plain(refs['text'] ?? '', 200)
    return [
      { to: 'butler', subject: '', message: { kind: 'markdown', text: `**审批委托** ${text}。` } },
      { to: 'ops', subject: '', message: { kind: 'markdown', text: `**审批委托** ${plain(tenant?.name ?? tenantId, 40)}：${text}。` } },
    ]
  },
})
