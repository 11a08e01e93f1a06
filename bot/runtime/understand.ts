// What a sentence would be taken for, without acting: the outside form of parse.ts, printed by `guanjia understand`.
import { isAppError } from '../../core/errors.js'
import { may, type Role } from '../../core/tenants/roles.js'
import { checkArguments } from './arguments.js'
import type { Command } from './command.js'
import { parse, type Parsed } from './parse.js'
import { isVague } from './vague-answer.js'

export interface Understood {
  /** The command word of domain.md 19, or null. */
  readonly command: string | null
  readonly args: Readonly<Record<string, unknown>>
  /** The follow-up question, or null. */
  readonly asks: string | null
  /** Nothing happens before a confirmation. */
  readonly confirm: boolean
}

interface Options {
  readonly now: number
  readonly zone: string
  readonly role?: Role
}

export function understand(commands: readonly Command[], text: string, { now, zone, role }: Options): Understood {
  const parsed = parse(commands, { text, now, zone })
  const { command } = parsed
  if (!command) {
    const asks = isVague(text) ? '是否同意执行待确认的处置？请回复：同意 加单号' : null
    return { command: null, args: outwardArguments(parsed), asks, confirm: asks !== null }
  }
  const asks = role && !may(role, command.capability) ? null : missing(command, parsed)
  return { command: command.name, args: outwardArguments(parsed), asks, confirm: command.risk === 'needs-approval' }
}

function missing(command: Command, { candidate }: Parsed): string | null {
  try {
    checkArguments(command, candidate)
    return null
  } catch (error) {
    if (isAppError(error)) return error.reply
    throw error
  }
}

/** The keys of design.md section 5. */
function outwardArguments({ entities, candidate }: Parsed): Record<string, unknown> {
  const ticket = candidate.incident ?? candidate.disposal ?? entities.numbers[0]
  const minutes = entities.durationSeconds === undefined ? undefined : entities.durationSeconds / 60
  return {
    ...(entities.ips[0] === undefined ? {} : { ip: entities.ips[0] }),
    ...(entities.cidrs[0] === undefined ? {} : { cidr: entities.cidrs[0] }),
    ...(ticket === undefined ? {} : { ticket }),
    ...(minutes === undefined ? {} : { durationMinutes: minutes }),
    ...(entities.day === undefined ? {} : { period: { from: entities.day, to: entities.day } }),
  }
}
