// Nobody answered in time: the risk is still there and both rooms are told.
import { disposalActionLabel } from '../../core/disposal/disposal.js'
import { definePush } from './push.js'
import { disposalView } from './views.js'

export const approvalExpired = definePush({
  kind: 'approval-expired',
  async say({ tx, tenantId, refs }) {
    const { disposal } = await disposalView(tx, tenantId, refs['disposalId'] ?? '')
    const text = `**${disposal.number}** 授权请求已过期，未做${disposalActionLabel[disposal.action]}，风险仍在：${disposal.target}。`
    return [
      { to: 'butler', subject: disposal.number, message: { kind: 'markdown', text: `${text}需要时请告诉分析师重新发起。` }, lane: 1 },
      { to: 'ops', subject: disposal.number, message: { kind: 'markdown', text: `${text}请电话联系授权人后重新发起。` }, lane: 0 },
    ]
  },
})
