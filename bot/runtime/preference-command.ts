// How the commands that change a group's preferences are made: they differ in what they make of the text. Used by mute-topic and its kin.
import { z } from 'zod'
import type { Preference } from '../../core/delivery/attention.js'
import { AppError } from '../../core/errors.js'
import { eventTypeLabel, eventTypes, priorities, type EventType, type Priority } from '../../core/threats/terms.js'
import { defineCommand, say, type Command } from './command.js'

const help = { group: '设置' } as const
const Text = z.object({ text: z.string().min(1).max(100) })

export function preferenceCommand(given: {
  name: string
  aliases: readonly string[]
  summary: string
  examples: readonly [string, ...string[]]
  what: string
  change(text: string, now: Preference): { wished: Partial<Preference>; answer: string }
}): Command<{ text: string }> {
  return defineCommand({
    name: given.name,
    aliases: given.aliases,
    capability: 'set-preferences',
    risk: 'write',
    rooms: ['butler'],
    help: { ...help, summary: given.summary, examples: given.examples },
    args: Text,
    argumentNames: { text: given.what },
    async run({ args, actor, tenant, place, core }) {
      let answer = ''
      await core.preferences.change(actor, tenant, place.chatId, now => {
        const changed = given.change(args.text, now)
        answer = changed.answer
        return changed.wished
      })
      return say(answer)
    },
  })
}

export function topicOf(text: string, example: string): EventType {
  const wanted = text.replace(/[类型的事件告警消息]+$/u, '')
  const found = eventTypes.find(type => type === text || eventTypeLabel[type].includes(wanted) || wanted.includes(eventTypeLabel[type]))
  if (!found || wanted === '')
    throw new AppError('ARGUMENT_INVALID', {
      value: text.slice(0, 20),
      what: `类型（如${eventTypeLabel.scan_probe}、${eventTypeLabel.brute_force}）`,
      example,
    })
  return found
}

export function levelOf(text: string, example: string): Priority {
  const found = priorities.find(level => text.toUpperCase().includes(level))
  if (!found) throw new AppError('ARGUMENT_INVALID', { value: text.slice(0, 20), what: '级别（P1 到 P4）', example })
  return found
}
