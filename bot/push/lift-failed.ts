// A block could not be lifted: staff must know that a lease is being overrun; lifting goes on being tried.
import { plain } from '../cards/format.js'
import { definePush } from './push.js'
import { disposalView } from './views.js'

export const liftFailed = definePush({
  kind: 'lift-failed',
  async say({ tx, tenantId, refs }) {
    const { disposal, deviceName } = await disposalView(tx, tenantId, refs['disposalId'] ?? '')
    const text = `**${disposal.number}** ${disposal.target} 应解除而未能解除：${plain(deviceName)} ${plain(disposal.error ?? '')}。系统会一直重试，请检查设备。`
    return [{ to: 'ops', subject: disposal.number, message: { kind: 'markdown', text }, lane: 0 }]
  },
})
