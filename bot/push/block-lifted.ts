// The block is gone: its lease ran out, or somebody took it back.
import { plain } from '../cards/format.js'
import { definePush } from './push.js'
import { disposalView } from './views.js'

export const blockLifted = definePush({
  kind: 'block-lifted',
  async say({ tx, tenantId, refs }) {
    const { disposal } = await disposalView(tx, tenantId, refs['disposalId'] ?? '')
    const why = disposal.releaseWanted ? `由 ${plain(disposal.releaseWanted)} 撤销` : '到期自动解除'
    const text = `**${disposal.number}** ${disposal.target} 的封禁已解除（${why}），设备回读确认。`
    return [
      { to: 'butler', subject: disposal.number, message: { kind: 'markdown', text }, lane: 1 },
      { to: 'ops', subject: disposal.number, message: { kind: 'markdown', text }, lane: 2 },
    ]
  },
})
