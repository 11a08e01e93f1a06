// Three tries failed: nothing is left half done, the analyst changes the plan.
import { plain } from '../cards/format.js'
import { definePush } from './push.js'
import { disposalView } from './views.js'

export const disposalFailed = definePush({
  kind: 'disposal-failed',
  async say({ tx, tenantId, refs }) {
    const { disposal, deviceName } = await disposalView(tx, tenantId, refs['disposalId'] ?? '')
    return [
      {
        to: 'butler',
        subject: disposal.number,
        message: { kind: 'markdown', text: `**${disposal.number}** 封禁 ${disposal.target} 未成功，分析师正在改方案，无需您操作。` },
        lane: 0,
      },
      {
        to: 'ops',
        subject: disposal.number,
        message: {
          kind: 'markdown',
          text: `**${disposal.number}** ${plain(deviceName)} 执行失败：${plain(disposal.error ?? '')}。请检查设备后重新发起。`,
        },
        lane: 0,
      },
    ]
  },
})
