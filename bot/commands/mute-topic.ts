// `不看`: one kind of thing is no longer pushed by itself.
import { eventTypeLabel } from '../../core/threats/terms.js'
import { preferenceCommand, topicOf } from '../runtime/preference-command.js'

export const muteTopic = preferenceCommand({
  name: '不看',
  aliases: ['别发', 'mute'],
  summary: '某一类不再单独推送（P1 除外）',
  examples: ['不看 扫描探测'],
  says: [/(?:都|就|以后)?(?:别|不要)再?(?:发|推送|推|提醒)(?:给?我|了|啦)*[。.!！~\s]*$/],
  what: '类型',
  change(text, now) {
    const topic = topicOf(text, '不看 扫描探测')
    return {
      wished: { muted: [...new Set([...now.muted, topic])] },
      answer: `本群不再推送“${eventTypeLabel[topic]}”，P1 仍会通知。恢复请说：关注 ${eventTypeLabel[topic]}`,
    }
  },
})
