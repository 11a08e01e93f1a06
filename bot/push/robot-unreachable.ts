// A robot is refused by WeCom, or has been away for minutes: the ops room hears how many groups hang on it.
import { plain } from '../cards/format.js'
import { definePush } from './push.js'

export const robotUnreachable = definePush({
  kind: 'robot-unreachable',
  async say({ tx, refs }) {
    const name = refs['robot'] ?? ''
    const groups = await tx.groups.acrossTenantsFind({ robot: name })
    const why = refs['why'] === 'refused' ? '被企业微信拒绝，请检查 botId 和 secret 是否已更换或停用' : '几分钟来连不上企业微信'
    const text = `**机器人离线** ${plain(name, 60)} ${why}，影响 ${groups.length} 个群。紧急消息走备用渠道。`
    return [{ to: 'ops', subject: '', message: { kind: 'markdown', text }, lane: 0 }]
  },
})
