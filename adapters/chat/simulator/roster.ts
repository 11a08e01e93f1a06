// Who is declared in the sandbox: robots, groups, members, webhook keys; every lookup of a chat or a person goes through it.
import { AppError } from '../../../core/errors.js'
import type { FaultDesk } from './fault-desk.js'
import type { SandboxApp, SandboxGroup, SandboxMember, SandboxRobot } from './sandbox-types.js'

/** A place where something can be said. */
export interface Place {
  /** Key in the chat book: the chatid of a group; `single:<userid>:<botId>`, for an app `single:<userid>:app:<agentId>`. */
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
  private readonly apps = new Map<number, SandboxApp>()

  constructor(private readonly faults: Pick<FaultDesk, 'isRobotRemoved' | 'isWebhookRevoked' | 'isMuted'>) {}

  /** Adds or replaces; what is not named stays. @throws REQUEST_INVALID */
  declare(robots: readonly SandboxRobot[], groups: readonly SandboxGroup[], apps: readonly SandboxApp[] = []): void {
    for (const app of apps) {
      const other = this.apps.get(app.agentId)
      if (!Number.isSafeInteger(app.agentId) || (other && other.corpId !== app.corpId))
        throw new AppError('REQUEST_INVALID', { problem: `应用编号 ${app.agentId} 不是整数或已属于另一企业` })
      this.apps.set(app.agentId, app)
    }
    for (const robot of robots) {
      if (robot.botId.startsWith('app:')) throw new AppError('REQUEST_INVALID', { problem: '机器人的 botId 不能以 app: 开头' })
      this.robots.set(robot.botId, robot)
    }
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

  /** The group a webhook key writes to; none when it was revoked. */
  chatOfKey(key: string): string | undefined {
    const chatid = this.keys.get(key)
    return chatid !== undefined && this.faults.isWebhookRevoked(key, chatid) ? undefined : chatid
  }

  /** The group a key was made for, revoked or not. */
  ownerOfKey(key: string): string | undefined {
    return this.keys.get(key)
  }

  group(chatid: string): Place | undefined {
    const group = this.groups.get(chatid)
    const robots = this.faults.isRobotRemoved(chatid) ? [] : group?.robots
    return group && { chat: chatid, chatType: 'group', robots: robots ?? [], members: group.members }
  }

  /** Its owner lets nobody but people speak. */
  isMuted(chatid: string): boolean {
    return this.faults.isMuted(chatid)
  }

  allApps(): SandboxApp[] {
    return [...this.apps.values()]
  }

  /** The app whose messages bear this sender: `app:<agentId>`. */
  appOf(sender: string): SandboxApp | undefined {
    const agentId = /^app:(\d{1,15})$/.exec(sender)?.[1]
    return agentId === undefined ? undefined : this.apps.get(Number(agentId))
  }

  /** The single chat of a known person with a robot, or of a person in its visible range with an app (`app:<agentId>`). */
  single(userid: string, botId: string): Place | undefined {
    const app = this.appOf(botId)
    const member = app ? this.visibleTo(app, userid) : this.people.get(userid.toLowerCase())
    const name = app?.name ?? this.robots.get(botId)?.name
    if (!member || name === undefined) return undefined
    const chat = `single:${member.userid.toLowerCase()}:${botId}`
    return { chat, chatType: 'single', robots: [{ botId, name }], members: [member] }
  }

  /** Everybody the app may write to. Somebody in its range who is in no group is known by the userid only. */
  audience(app: SandboxApp): SandboxMember[] {
    if (app.visible === 'all') return [...this.people.values()]
    return app.visible.map(userid => this.people.get(userid.toLowerCase()) ?? { userid, name: userid, role: '' })
  }

  private visibleTo(app: SandboxApp, userid: string): SandboxMember | undefined {
    if (app.visible === 'all') return this.people.get(userid.toLowerCase())
    const listed = app.visible.find(one => sameUser(one, userid))
    return listed === undefined ? undefined : (this.people.get(listed.toLowerCase()) ?? { userid: listed, name: listed, role: '' })
  }

  /**
   * The place a page or a test names: a group's chatid, `single:<userid>` (with the first declared robot),
   * `single:<userid>:<botId>` or `single:<userid>:app:<agentId>`.
   * @throws NOT_FOUND
   */
  place(chatid: string): Place {
    const place = this.find(chatid)
    if (!place) throw new AppError('NOT_FOUND', { what: `会话 ${chatid.slice(0, 80)}` })
    return place
  }

  find(chatid: string): Place | undefined {
    const single = /^single:([^:]{1,64})(?::([^]{1,256}))?$/.exec(chatid)
    const userid = single?.[1]
    const firstRobot = this.robots.keys().next()
    const botId = single?.[2] ?? (firstRobot.done === true ? '' : firstRobot.value)
    return userid === undefined ? this.group(chatid) : this.single(userid, botId)
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
