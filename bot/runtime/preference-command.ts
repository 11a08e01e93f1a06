// How the commands that change a group's preferences are made: they differ in what they make of the text. Used by mute-topic and its kin.
import { z } from 'zod'
import type { PersonalPreference, Preference } from '../../core/delivery/attention.js'
import { AppError } from '../../core/errors.js'
import { eventTypeLabel, eventTypes, priorities, type EventType, type Priority } from '../../core/threats/terms.js'
import { defineCommand, say, type Command, type CommandContext, type CommandResult } from './command.js'

const help = { group: '设置' } as const
const Text = z.object({ text: z.string().min(1).max(100) })

/** What a group and a person can both wish for. */
type Shared = 'muted' | 'quiet' | 'wakes'

export function preferenceCommand(given: {
  name: string
  aliases: readonly string[]
  summary: string
  examples: readonly [string, ...string[]]
  what: string
  says?: Command['says']
  change(text: string, now: Pick<Preference, Shared>): { wished: Partial<Pick<Preference, Shared>>; answer: string }
}): Command<{ text: string }> {
  return defineCommand({
    name: given.name,
    aliases: given.aliases,
    capability: 'set-preferences',
    risk: 'write',
    ...(given.says ? { says: given.says, isWish: true } : {}),
    rooms: ['butler', 'single'],
    help: { ...help, summary: given.summary, examples: given.examples },
    args: Text,
    argumentNames: { text: given.what },
    async run({ args, actor, tenant, place, core }) {
      // Said to the bot alone it is about the person; said in the group, about the group.
      if (place.room === 'single')
        return changedOwn(core, actor, now => {
          const { wished, answer } = given.change(args.text, now)
          return { wished, answer: answer.replace('本群', '您个人').replace('每天 ', '您每天 ') }
        })
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

/** What a person wants to hear directly; said in a group it is still about the one who says it. */
export function personalCommand(given: {
  name: string
  formOf?: string
  aliases: readonly string[]
  says?: Command['says']
  summary: string
  examples: readonly [string, ...string[]]
  what: string
  change(text: string, now: PersonalPreference): { wished: Partial<PersonalPreference>; answer: string }
}): Command<{ text?: string | undefined }> {
  return defineCommand({
    name: given.name,
    ...(given.formOf === undefined ? {} : { formOf: given.formOf }),
    aliases: given.aliases,
    ...(given.says ? { says: given.says, isWish: true } : {}),
    capability: 'see-incidents',
    risk: 'write',
    rooms: ['butler', 'single'],
    help: { ...help, summary: given.summary, examples: given.examples },
    args: z.object({ text: z.string().max(100).optional() }),
    argumentNames: { text: given.what },
    run: ({ args, actor, core }) => changedOwn(core, actor, now => given.change(args.text ?? '', now)),
  })
}

async function changedOwn<W extends { wished: Partial<PersonalPreference>; answer: string }>(
  core: CommandContext<unknown>['core'],
  actor: CommandContext<unknown>['actor'],
  change: (now: PersonalPreference) => W,
): Promise<CommandResult> {
  let answer = ''
  await core.preferences.changeOwn(actor, now => {
    const changed = change(now)
    answer = changed.answer
    return changed.wished
  })
  return say(answer)
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
