// Finds out whom an application's message or card update is for: users, departments, tags, and which of them are wrong.
import type { Fields } from './json-fields.js'
import type { Roster } from './roster.js'
import type { SandboxApp } from './sandbox-types.js'
import { WecomRefusal } from './wecom-refusal.js'

export interface Recipients {
  /** In lower case, each once. */
  readonly userids: readonly string[]
  readonly invalidUsers: readonly string[]
  readonly invalidParties: readonly string[]
  readonly invalidTags: readonly string[]
}

interface Named {
  readonly users: readonly string[]
  readonly parties: readonly string[]
  readonly tags: readonly string[]
  readonly everybody: boolean
}

/** `touser`, `toparty`, `totag` of message/send. @throws WecomRefusal 82001 (nobody named), 81013 (nobody right), 40031, 40032, 82002, 82003 */
export function readRecipients(body: Fields, app: SandboxApp, roster: Roster): Recipients {
  const users = parts(body['touser'], 40031)
  const named = { users, parties: parts(body['toparty'], 40035), tags: parts(body['totag'], 40035), everybody: users.includes('@all') }
  return resolve(named, app, roster)
}

/** `userids`, `partyids`, `tagids`, `atall` of update_template_card. @throws the same */
export function readUpdateRecipients(body: Fields, app: SandboxApp, roster: Roster): Recipients {
  const atAll = body['atall'] ?? 0
  if (atAll !== 0 && atAll !== 1) throw new WecomRefusal(40035, 'invalid atall. Warning: wrong json format. ')
  const named = {
    users: list(body['userids'], 'string', 40031),
    parties: list(body['partyids'], 'number', 40035),
    tags: list(body['tagids'], 'number', 40035),
    everybody: atAll === 1,
  }
  return resolve(named, app, roster)
}

function resolve(named: Named, app: SandboxApp, roster: Roster): Recipients {
  const audience = new Set(roster.audience(app).map(member => member.userid.toLowerCase()))
  if (named.everybody) return finish({ userids: [...audience], invalidUsers: [], invalidParties: [], invalidTags: [] })
  if (named.users.length + named.parties.length + named.tags.length === 0)
    throw new WecomRefusal(82001, 'all touser & toparty & totag is empty')
  if (named.users.length > 1000) throw new WecomRefusal(40032, 'userid list too long')
  if (named.parties.length > 100) throw new WecomRefusal(82002, 'party list too long')
  if (named.tags.length > 100) throw new WecomRefusal(82003, 'tag list too long')
  const users = [...new Set(named.users.map(userid => userid.toLowerCase()))]
  const found = new Set(users.filter(userid => audience.has(userid)))
  const parties = members(named.parties, app.parties, audience)
  const tags = members(named.tags, app.tags, audience)
  for (const userid of [...parties.userids, ...tags.userids]) found.add(userid)
  const invalidUsers = users.filter(userid => !audience.has(userid))
  return finish({ userids: [...found], invalidUsers, invalidParties: parties.unknown, invalidTags: tags.unknown })
}

function members(
  ids: readonly string[],
  known: SandboxApp['parties'],
  audience: ReadonlySet<string>,
): { userids: string[]; unknown: string[] } {
  const groups = new Map(Object.entries(known ?? {}))
  const userids = ids.flatMap(id => groups.get(id) ?? []).map(userid => userid.toLowerCase())
  return { userids: userids.filter(userid => audience.has(userid)), unknown: ids.filter(id => !groups.has(id)) }
}

function finish(recipients: Recipients): Recipients {
  if (recipients.userids.length === 0) throw new WecomRefusal(81013, 'user & party & tag all invalid')
  return recipients
}

/** `a|b|c`; WeCom's own documents allow nothing else. */
function parts(value: unknown, errcode: number): string[] {
  if (value === undefined || value === null) return []
  if (typeof value !== 'string') throw new WecomRefusal(errcode, 'invalid list. Warning: wrong json format. ')
  return value
    .split('|')
    .map(part => part.trim())
    .filter(part => part !== '')
}

function list(value: unknown, type: 'string' | 'number', errcode: number): string[] {
  if (value === undefined) return []
  if (!Array.isArray(value) || !value.every(entry => typeof entry === type)) {
    throw new WecomRefusal(errcode, 'invalid list. Warning: wrong json format. ')
  }
  return value.map(String)
}
