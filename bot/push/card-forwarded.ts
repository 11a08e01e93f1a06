// Somebody pressed a card outside the group it was sent to: staff should know.
import { plain } from '../cards/format.js'
import { definePush } from './push.js'

export const cardForwarded = definePush({
  kind: 'card-forwarded',
  say({ refs }) {
    const text = `有人在别的会话里点了转发的卡片，已拒绝。会话 ${plain(refs['chatId'] ?? '', 64)}，人员 ${plain(refs['userId'] ?? '', 64)}。请核实是否有人误转。`
    return Promise.resolve([{ to: 'ops', subject: '', message: { kind: 'markdown', text }, lane: 1 }])
  },
})
