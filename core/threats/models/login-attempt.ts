// Reads a login attempt out of an event, whoever wrote it; called by password-guessing.ts for every event.
import type { EcsEvent } from '../../events/event.js'
import type { Hit } from '../hit.js'
import { hasCategory, shown } from './event-facts.js'
import { nameOf, victimOf } from './parties.js'
import { readPlainLogin, TOO_MANY as TOO_MANY_WORDS } from './plain-login.js'

/** Lines of one program about the same attempt; two lines of different kinds on one connection tell of one attempt, not of two. */
export type AttemptKind = 'judged' | 'key' | 'asked' | 'invalid-user' | 'not-allowed' | 'pam' | 'too-many' | 'gone'

export interface LoginAttempt {
  readonly succeeded: boolean
  /** Address, or the name a server has looked up for it. */
  readonly attacker: string
  readonly attackerIp?: string
  readonly victim: Hit['victim']
  /** The victim in one word. */
  readonly victimName: string
  readonly userName?: string
  /** Attempts the line stands for. */
  readonly weight: number
  /** `SSH`, or empty where the event does not say. */
  readonly service: string
  /** Only for programs that write several lines per attempt. */
  readonly kind?: AttemptKind
  readonly pid?: number
  readonly port?: number
}

const KINDS: Readonly<Record<string, AttemptKind>> = {
  ssh_login: 'judged',
  ssh_invalid_user: 'invalid-user',
  ssh_user_not_allowed: 'not-allowed',
  pam_auth_failure: 'pam',
  ssh_max_attempts: 'too-many',
  ssh_disconnected: 'gone',
}
const METHODS: Readonly<Record<string, AttemptKind>> = { publickey: 'key', none: 'asked' }
const SERVICES: Readonly<Record<number, string>> = { 21: 'FTP', 22: 'SSH', 23: 'Telnet', 1433: 'SQL Server', 3306: 'MySQL', 3389: 'RDP' }
/** Attempts a line stands for that says there were too many. */
const TOO_MANY = 5
const MAX_WEIGHT = 1_000_000
const LEAVING = /log[ _-]?(?:off|out)/i

/** Undefined for what is no attempt, and for attempts at the machine's own console: they have no source. */
export function readLoginAttempt(event: EcsEvent): LoginAttempt | undefined {
  const { action, outcome, type } = event.event
  if (outcome !== 'failure' && outcome !== 'success')
    return outcome === undefined && !hasCategory(event, 'authentication') ? plainAttempt(event) : undefined
  const succeeded = outcome === 'success'
  const userName = text(event.user?.name)
  if (!hasCategory(event, 'authentication')) {
    // Servers that do not log failed methods still say that somebody left while authenticating.
    if (action !== 'ssh_disconnected') return succeeded ? undefined : plainAttempt(event)
    if (succeeded || userName === undefined) return undefined
  } else if (isOther(succeeded, action, type)) return undefined
  const attackerIp = text(event.source?.ip)
  const attacker = attackerIp ?? text(event.source?.address)
  if (attacker === undefined) return undefined
  const victim = victimOf(event)
  const kind = kindOf(event)
  const { pid } = event.process ?? {}
  const { port } = event.source ?? {}
  return {
    succeeded,
    attacker: attacker.toLowerCase(),
    ...(attackerIp === undefined ? {} : { attackerIp }),
    victim,
    victimName: nameOf(victim),
    ...(userName === undefined ? {} : { userName: shown(userName, 64) }),
    weight: Math.max(weightOf(event.event['count']), kind === undefined && !succeeded && saysTooMany(event) ? TOO_MANY : 1),
    service: event.event.dataset === 'sshd' ? 'SSH' : (SERVICES[Number(event.destination?.port)] ?? ''),
    ...(kind === undefined ? {} : { kind }),
    ...(typeof pid === 'number' ? { pid } : {}),
    ...(typeof port === 'number' ? { port } : {}),
  }
}

/** The program has counted itself. */
function saysTooMany({ event }: EcsEvent): boolean {
  return TOO_MANY_WORDS.test(event.original.slice(0, 500))
}

function plainAttempt(event: EcsEvent): LoginAttempt | undefined {
  const plain = readPlainLogin(event)
  if (plain === undefined) return undefined
  const victim = victimOf(event)
  return {
    succeeded: false,
    attacker: plain.ip,
    attackerIp: plain.ip,
    victim,
    victimName: nameOf(victim),
    ...(plain.userName === undefined ? {} : { userName: shown(plain.userName, 64) }),
    weight: plain.isTooMany ? TOO_MANY : 1,
    service: '',
  }
}

/** Logging off and taking up rights are authentication events too, but no attempts to come in. */
function isOther(succeeded: boolean, action: unknown, type: unknown): boolean {
  if (typeof action === 'string' && LEAVING.test(action)) return true
  if (!Array.isArray(type) || type.length === 0) return false
  return type.includes('end') || (succeeded && !type.includes('start') && !type.includes('allowed'))
}

function kindOf(event: EcsEvent): AttemptKind | undefined {
  const { action } = event.event
  if (action === undefined || !Object.hasOwn(KINDS, action)) return undefined
  const method = (event['sshd'] as { method?: unknown } | undefined)?.method
  const byMethod = action === 'ssh_login' && typeof method === 'string' && Object.hasOwn(METHODS, method) ? METHODS[method] : undefined
  return byMethod ?? KINDS[action]
}

function weightOf(count: unknown): number {
  return typeof count === 'number' && count >= 1 ? Math.min(Math.floor(count), MAX_WEIGHT) : 1
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, 255) : undefined
}
