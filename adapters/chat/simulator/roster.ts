// Who is declared in the sandbox: robots, groups, members, webhook keys; every lookup of a chat or a person goes through it.
import { AppError } from '../../../core/errors.js'
import type { SandboxGroup, SandboxMember, SandboxRobot } from './sandbox-types.js'

/** A place where something can be said. */
export interface Place {
  /** Key in the chat book: the chatid of a group, `single:<userid>:<botId>` for a single chat. */
  readonly chat: string
  readonly chatType: 'group' | 'single'
  readonly robots: readonly { readonly botId: string; readonly name: string }[]
  readonly members: readonly SandboxMember[]
}

/** WeCom compares userids without regard to case. */
export function sameUser(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

export class Roster {
  private readonly robots = new Map<string, SandboxRobot>()
  private readonly groups = new Map<string, SandboxGroup>()
  private readonly people = new Map<string, SandboxMember>()
  private readonly keys = new Map<string, string>()

  /** Adds or replaces; what is not named stays. */
  declare(robots: readonly SandboxRobot[], groups: readonly SandboxGroup[]): void {
    for (const robot of robots) this.robots.set(robot.botId, robot)
    for (const group of groups) {
      if (group.chatid.startsWith('single:')) throw new AppError('REQUEST_INVALID', { problem: '群的 chatid 不能以 single: 开头' })
      this.groups.set(group.chatid, group)
    }
    this.people.clear()
    this.keys.clear()
    for (const group of this.groups.values()) {
      for (const member of group.members) this.people.set(member.userid.toLowerCase(), member)
      for (const key of group.webhookKeys) this.keys.set(key, group.chatid)
    }
  }

  robot(botId: string): SandboxRobot | undefined {
    return this.robots.get(botId)
  }

  allGroups(): SandboxGroup[] {
    return [...this.groups.values()]
  }

  /** The group a webhook key writes to. */
  chatOfKey(key: string): string | undefined {
    return this.keys.get(key)
  }

  group(chatid: string): Place | undefined {
    const group = this.groups.get(chatid)
    return group && { chat: chatid, chatType: 'group', robots: group.robots, members: group.members }
  }

  /** The single chat of a known person with a robot. */
  single(userid: string, botId: string): Place | undefined {
    const member = this.people.get(userid.toLowerCase())
    const robot = this.robots.get(botId)
    if (!member || !robot) return undefined
    const chat = `single:${member.userid.toLowerCase()}:${botId}`
    return { chat, chatType: 'single', robots: [{ botId, name: robot.name }], members: [member] }
  }

  /**
   * The place a page or a test names: a group's chatid, `single:<userid>` (with the first declared robot) or `single:<userid>:<botId>`.
   * @throws NOT_FOUND
   */
  place(chatid: string): Place {
    const single = /^single:([^:]{1,64})(?::([^]{1,256}))?$/.exec(chatid)
    const userid = single?.[1]
    const firstRobot = this.robots.keys().next()
    const botId = single?.[2] ?? (firstRobot.done === true ? '' : firstRobot.value)
    const place = userid === undefined ? this.group(chatid) : this.single(userid, botId)
    if (!place) throw new AppError('NOT_FOUND', { what: `会话 ${chatid.slice(0, 80)}` })
    return place
  }
}

/** The member of that place. @throws REQUEST_INVALID for anybody else */
export function memberOf(place: Place, userid: string): SandboxMember {
  const member = place.members.find(one => sameUser(one.userid, userid))
  if (!member) throw new AppError('REQUEST_INVALID', { problem: `${userid.slice(0, 64)} 不在会话 ${place.chat} 里` })
  return member
}

/** Userids and botIds that a text mentions by `@name`; of two names that both fit the longer one is meant. */
export function mentionedIn(text: string, place: Place): { robots: string[]; members: string[] } {
  const names = [
    ...place.robots.map(robot => ({ name: robot.name, robot: true, id: robot.botId })),
    ...place.members.map(member => ({ name: member.name, robot: false, id: member.userid })),
  ]
    .filter(entry => entry.name !== '')
    .sort((a, b) => b.name.length - a.name.length)
  const robots = new Set<string>()
  const members = new Set<string>()
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const hit = names.find(entry => text.startsWith(entry.name, at + 1))
    if (hit) (hit.robot ? robots : members).add(hit.id)
  }
  return { robots: [...robots], members: [...members] }
}
