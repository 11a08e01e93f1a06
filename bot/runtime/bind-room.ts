// The one sentence that is heard in a group nobody declared: a member of staff binds it as the war room of an incident. Asked by run-sentence.ts.
import type { Core } from '../../core/core.js'
import { AppError } from '../../core/errors.js'
import type { Channel } from '../../core/tickets/ticket.js'
import { say, type CommandResult } from './command.js'

const BIND = /^[\s@管家]*战情群\s*绑定\s+(IN-([0-9a-z]{1,32})-\d{6}-\d{1,6})\s*$/i

interface From {
  readonly robot: string
  readonly chatId: string
  readonly chatType: 'group' | 'single'
  readonly userId: string
}

/** Undefined when this is something else: the usual road then refuses whoever is not known here. @throws NOT_ALLOWED, NUMBER_NOT_FOUND */
export async function bindRoom(
  core: Core,
  from: From,
  said: { text: string; channel: Channel },
  traceId: string,
): Promise<CommandResult | undefined> {
  const [, number, code] = BIND.exec(said.text.slice(0, 200)) ?? []
  if (from.chatType !== 'group' || number === undefined || code === undefined) return undefined
  const { known, person } = await core.directory.stranger(from.chatId, from.userId)
  if (known || !person) return undefined
  const tenant = await core.directory.tenantByCode(code.toLowerCase())
  if (!tenant) throw new AppError('NUMBER_NOT_FOUND', { number })
  const { userId, name, role, tenantId } = person
  const actor = { userId, name, role, tenantId, channel: said.channel, traceId }
  const subject = number.replace(/^in-/i, 'IN-')
  await core.warRooms.bind(actor, { tenantId: tenant.id, number: subject, chatId: from.chatId, robot: from.robot })
  return say(
    `本群已绑定为 **${subject}** 的战情群：进展自动播报，说“记录 ${subject} …”记一笔，“战情群 ${subject}”看时间线；闭环后出专报并归档。`,
  )
}
