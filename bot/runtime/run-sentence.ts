// Runs one sentence of one person in one place: identify, parse, authorise, locate, validate, run.
import type { Core } from '../../core/core.js'
import { AppError } from '../../core/errors.js'
import { authorise, type Actor } from '../../core/tenants/actor.js'
import type { Identified } from '../../core/tenants/directory.js'
import { may, whoMay } from '../../core/tenants/roles.js'
import type { Channel } from '../../core/tickets/ticket.js'
import { bindRoom } from './bind-room.js'
import { checkArguments, checkOneThing } from './arguments.js'
import { say, type Command, type CommandResult, type Place } from './command.js'
import { locate } from './locate.js'
import type { Guesser } from './likeness.js'
import { needsFullWords, parse } from './parse.js'
import { vagueAnswer, vagueKind } from './vague-answer.js'
import { clip } from '../cards/format.js'

export interface Said {
  readonly text: string
  readonly quote: string
  readonly channel: Channel
}

interface From {
  readonly robot: string
  readonly chatId: string
  readonly chatType: 'group' | 'single'
  readonly userId: string
}

const ZONE = 'Asia/Shanghai'

/** @throws whatever refuses the sentence, as AppError */
export async function runSentence(
  { core, commands, guesser }: { core: Core; commands: readonly Command[]; guesser?: Guesser | undefined },
  from: From,
  said: Said,
  traceId: string,
): Promise<CommandResult> {
  const bound = await bindRoom(core, from, said, traceId)
  if (bound) return bound
  const known = await core.directory.identify(from.chatId, from.chatType, from.userId)
  const place = placeOf(known, from)
  const { person } = known
  const actor: Actor = {
    userId: person.userId,
    name: person.name,
    role: person.role,
    tenantId: person.tenantId,
    channel: said.channel,
    traceId,
  }
  const now = core.clock.now()
  const names = known.tenant ? [] : (await core.directory.acrossTenantsList()).flatMap(tenant => [tenant.name, tenant.code])
  const parsed = parse(commands, {
    text: said.text,
    quote: said.quote,
    now,
    zone: known.tenant?.timeZone ?? ZONE,
    tenantWords: names,
    ...(guesser ? { guesser } : {}),
  })
  const { command } = parsed
  const vague = vagueKind(parsed, actor.role)
  if (vague) return say(await vagueAnswer(core, known.tenant, vague, actor))
  if (!command) {
    if (said.text.trim() === '') return say('我目前只看得懂文字；文件和图片请单独发给我。回复“帮助”可以看到我会做什么。')
    throw new AppError('COMMAND_UNKNOWN', { text: clip(said.text, 40) })
  }
  if (command.rooms && !command.rooms.includes(place.room)) throw new AppError('NOT_ALLOWED', { who: `${roomNames(command)}里的人员` })
  // Before anything is looked up: who may not do it learns nothing about what there is.
  if (!may(actor.role, command.capability))
    throw new AppError('NOT_ALLOWED', {
      who: whoMay(command.capability),
      capability: command.capability,
      number: parsed.entities.numbers[0],
    })
  checkOneThing(command, parsed.entities)
  const { tenant, candidate } = await core.transactions.read(t =>
    locate(t, { command, candidate: parsed.candidate, entities: parsed.entities, text: said.text, home: known.tenant }),
  )
  const args = checkArguments(command, candidate)
  if (needsFullWords(parsed))
    return say(
      `要${command.name}吗？确认请回复：${command.name} ${candidate.disposal ?? candidate.incident ?? candidate.finding ?? candidate.case ?? candidate.ip ?? '加单号'}`,
    )
  if (!tenant) {
    if (!command.runAcross) throw new AppError('TENANT_NEEDED', { example: `${command.help.examples[0]} ${names[1] ?? 'uni'}` })
    return command.runAcross({ args, actor, place, core, now })
  }
  authorise(actor, command.capability, tenant.id, parsed.entities.numbers[0])
  return command.run({ args, actor, tenant, place, core, now })
}

function placeOf(known: Identified, from: From): Place {
  const room = known.group ? known.group.kind : 'single'
  return {
    room,
    robot: from.robot,
    chatId: from.chatId,
    chatType: from.chatType,
    ...(known.group ? { group: known.group } : {}),
  }
}

const roomLabel: Readonly<Record<Place['room'], string>> = {
  butler: '管家群',
  ops: '运营群',
  expert: '专家群',
  single: '单聊',
  war: '战情群',
}

function roomNames(command: Command): string {
  return (command.rooms ?? []).map(room => roomLabel[room]).join('或')
}
