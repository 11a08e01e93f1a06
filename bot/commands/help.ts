// `帮助`: what this person can ask for here, in a few grouped lines; written from the declarations.
import { z } from 'zod'
import { may } from '../../core/tenants/roles.js'
import { defineCommand, say, type Command } from '../runtime/command.js'

/** The list is handed in, because it contains this command. */
export function makeHelp(commands: () => readonly Command[]): Command<{ text?: string | undefined }> {
  return defineCommand({
    name: '帮助',
    aliases: ['你会什么', '怎么用', '菜单', 'help', '?'],
    says: [/你(?:都)?(?:能|会|可以)(?:帮我)?(?:做|干)?(?:些)?(?:什么|啥)|怎么(?:用你|使用)|有(?:什么|哪些)(?:命令|功能)|使用说明/],
    capability: 'use-help',
    risk: 'read',
    help: { group: '帮助', summary: '我会做什么', examples: ['帮助', '帮助 封禁'] },
    args: z.object({ text: z.string().optional() }),
    run: ({ args, actor, place }) => Promise.resolve(answer(args.text, actor.role, place.room)),
    runAcross: ({ args, actor, place }) => Promise.resolve(answer(args.text, actor.role, place.room)),
  })

  function answer(topic: string | undefined, role: Parameters<typeof may>[0], room: NonNullable<Command['rooms']>[number]) {
    const mine = commands().filter(command => may(role, command.capability) && (!command.rooms || command.rooms.includes(room)))
    const one = mine.find(command => command.name === topic || command.aliases.includes(topic ?? ''))
    if (one)
      return say(
        [
          `**${one.name}** ${one.help.summary}`,
          ...(one.aliases.length > 0 ? [`也可以说：${one.aliases.join('、')}`] : []),
          ...one.help.examples.map(example => `· ${example}`),
        ].join('\n'),
      )
    const groups = new Map<string, string[]>()
    for (const { name, help } of mine) groups.set(help.group, [...(groups.get(help.group) ?? []), name])
    return say(
      [
        '**我会这些**（@我 说命令，也可以直接用大白话）',
        ...[...groups].map(([group, names]) => `${group}：${names.join('、')}`),
        '想知道怎么用：帮助 日报',
      ].join('\n'),
    )
  }
}
