// A P1 was confirmed and has no war room: people make the group, the robot cannot.
import { plain } from '../cards/format.js'
import { definePush } from './push.js'

export const warRoomWanted = definePush({
  kind: 'war-room-wanted',
  async say({ refs }) {
    const number = refs['number'] ?? ''
    const text = `**需要战情群** ${number} ${plain(refs['title'] ?? '', 80)}\n请建群，拉入客户、分析师、专家和机器人，然后在新群里 @我 说“战情群 绑定 ${number}”。`
    return [{ to: 'ops', subject: number, message: { kind: 'markdown', text }, lane: 0 }]
  },
})
