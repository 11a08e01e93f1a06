// `叫醒我`: what passes in quiet hours.
import { levelOf, preferenceCommand } from '../runtime/preference-command.js'

export const setWakeLevel = preferenceCommand({
  name: '叫醒我',
  aliases: ['wake'],
  summary: '免打扰时段里哪一级以上仍然推送',
  examples: ['叫醒我 P2'],
  what: '级别',
  change(text) {
    const wakes = levelOf(text, '叫醒我 P2')
    return { wished: { wakes }, answer: `免打扰时段里 ${wakes} 及以上仍会推送。` }
  },
})
