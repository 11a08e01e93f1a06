// The silent look at a group found that a road into it is dead: the ops room hears which one and what to mend.
import { plain } from '../cards/format.js'
import { definePush } from './push.js'

export const groupUnreachable = definePush({
  kind: 'group-unreachable',
  async say({ tx, tenantId, refs }) {
    const group = await tx.groups.get(tenantId, refs['groupId'] ?? '')
    if (!group) return []
    const what =
      refs['road'] === 'webhook'
        ? '消息推送（webhook）已失效，请在群里重新添加并更新声明'
        : '机器人不在群里、被禁言或群已失效，请核对后在群里 @ 它一次'
    const text = `**群联系不上** ${plain(group.name, 60)}：${what}（${plain(refs['code'] ?? '', 20)}）。恢复前请电话通知客户。`
    return [{ to: 'ops', subject: '', message: { kind: 'markdown', text }, lane: 0 }]
  },
})
