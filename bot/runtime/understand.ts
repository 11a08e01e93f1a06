// What a sentence would be taken for, without acting: the outside form of parse.ts, printed by `guanjia understand`.
import { isAppError } from '../../core/errors.js'
import { may, type Role } from '../../core/tenants/roles.js'
import { checkArguments, checkOneThing } from './arguments.js'
import type { Command } from './command.js'
import type { Guesser } from './likeness.js'
import { needsFullWords, parse, type Parsed } from './parse.js'
import { vagueKind, vagueQuestion } from './vague-answer.js'

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
  readonly guesser?: Guesser
}

export function understand(commands: readonly Command[], text: string, { now, zone, role, guesser }: Options): Understood {
  const parsed = parse(commands, { text, now, zone, ...(guesser ? { guesser } : {}) })
  const { command, candidate } = parsed
  const args = outwardArguments(parsed)
  const vague = vagueKind(parsed, role)
  if (vague) {
    const meant = command?.risk === 'approves' ? command.name : null
    return { command: meant, args, asks: vagueQuestion(vague, candidate.disposal), confirm: true }
  }
  if (!command) return { command: null, args, asks: null, confirm: false }
  const refused = role !== undefined && !may(role, command.capability)
  const guessed = needsFullWords(parsed)
  const inFull = guessed ? `要${command.name}吗？确认请回复：${command.name} ${candidate.disposal ?? candidate.ip ?? '加单号'}` : null
  return {
    command: command.formOf ?? command.name,
    args,
    asks: refused ? null : (inFull ?? missing(command, parsed)),
    confirm: guessed || command.risk === 'needs-approval',
  }
}

function missing(command: Command, { candidate, entities }: Parsed): string | null {
  try {
    checkOneThing(command, entities)
    checkArguments(command, candidate)
    return null
  } catch (error) {
    if (isAppError(error)) return error.reply
    throw error
  }
}

/** The keys of design.md section 5. */
function outwardArguments({ entities, candidate }: Parsed): Record<string, unknown> {
  const { ips, cidrs, domains, hashes, cves, numbers, severity, asset, period, hours, durationSeconds, format } = entities
  const args = {
    ip: ips[0],
    cidr: cidrs[0],
    domain: domains[0],
    hash: hashes[0],
    cve: cves[0],
    ticket: candidate.incident ?? candidate.disposal ?? candidate.finding ?? candidate.report ?? numbers[0],
    asset,
    severity,
    period: hours ?? period,
    durationMinutes: durationSeconds === undefined ? undefined : durationSeconds / 60,
    format,
  }
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined))
}
