// `关注`: one kind of thing is pushed again.
import { eventTypeLabel } from '../../core/threats/terms.js'
import { preferenceCommand, topicOf } from '../runtime/preference-command.js'

export const followTopic = preferenceCommand({
  name: '关注',
  aliases: ['follow'],
  summary: '恢复推送某一类',
  examples: ['关注 扫描探测'],
  what: '类型',
  change(text, now) {
    const topic = topicOf(text, '关注 扫描探测')
    return { wished: { muted: now.muted.filter(item => item !== topic) }, answer: `本群会推送“${eventTypeLabel[topic]}”。` }
  },
})
