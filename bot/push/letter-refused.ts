// Somebody was about to begin work that the authorisation letter does not cover.
import { plain } from '../cards/format.js'
import { definePush } from './push.js'
import { nameOf } from './views.js'

export const letterRefused = definePush({
  kind: 'letter-refused',
  async say({ tx, tenantId, refs }) {
    const number = refs['number'] ?? ''
    const who = plain(await nameOf(tx, tenantId, refs['by'] ?? ''), 30)
    const text = `**拒绝开工** ${number} ${who}：${plain(refs['problem'] ?? '', 200)}。补齐授权前不得开展任何操作。`
    return [{ to: 'ops', subject: number, message: { kind: 'markdown', text }, lane: 0 }]
  },
})
