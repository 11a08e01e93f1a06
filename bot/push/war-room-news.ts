// One line in the war room for each step of its incident.
import { plain } from '../cards/format.js'
import { definePush } from './push.js'

export const warRoomNews = definePush({
  kind: 'war-room-news',
  async say({ refs }) {
    const number = refs['number'] ?? ''
    const message = { kind: 'markdown', text: `**${number}** ${plain(refs['words'] ?? '', 300)}` } as const
    return [{ to: 'war', chatId: refs['chatId'] ?? '', subject: number, message }]
  },
})
