// Tells a robot what members do, over its long connection or its callback address; the sandbox calls it once per robot that hears.
import type { Clock } from '../../../core/ports/clock.js'
import type { Logger } from '../../../core/ports/logger.js'
import type { Callbacks } from './callbacks.js'
import type { FaultDesk } from './fault-desk.js'
import type { Fields } from './json-fields.js'
import type { RobotCall, RobotCallbacks } from './robot-callbacks.js'
import { freshId, type RobotLines } from './robot-line.js'
import type { Place, Roster } from './roster.js'
import type { SandboxMember, SandboxMessage } from './sandbox-types.js'

export interface RobotEarsParts {
  readonly clock: Clock
  readonly logger: Logger
  readonly roster: Roster
  readonly faults: FaultDesk
  readonly callbacks: Callbacks
  readonly lines: RobotLines
  readonly robotCallbacks: RobotCallbacks
}

export class RobotEars {
  constructor(private readonly parts: RobotEarsParts) {}

  /** @param sent what came instead of text */
  heard(botId: string, place: Place, member: SandboxMember, message: SandboxMessage, sent?: Fields): void {
    const reqId = this.parts.callbacks.open({ kind: 'message', botId, chat: place.chat })
    const quote = message.quote === undefined ? {} : { quote: { msgtype: 'text', text: { content: message.quote } } }
    const body = {
      ...this.envelope(botId, place, member),
      msgid: message.msgid,
      ...(sent ?? { msgtype: 'text', text: { content: message.text } }),
      ...quote,
    }
    const times = this.parts.faults.takeDuplicate() ? 2 : 1
    for (let time = 0; time < times; time++) this.tell(botId, 'message', reqId, body, place, member)
  }

  pressed(
    botId: string,
    place: Place,
    member: SandboxMember,
    card: { readonly msgid: string; readonly taskId: string },
    event: Fields,
  ): void {
    const reqId = this.parts.callbacks.open({ kind: 'press', botId, chat: place.chat, ...card })
    this.tellEvent(botId, 'press', reqId, place, member, { eventtype: 'template_card_event', template_card_event: event })
  }

  entered(botId: string, place: Place, member: SandboxMember): void {
    const reqId = this.parts.callbacks.open({ kind: 'enter', botId, chat: place.chat })
    this.tellEvent(botId, 'enter', reqId, place, member, { eventtype: 'enter_chat', enter_chat: {} })
  }

  private tellEvent(botId: string, kind: 'press' | 'enter', reqId: string, place: Place, member: SandboxMember, event: Fields): void {
    this.tell(botId, kind, reqId, { ...this.envelope(botId, place, member), msgid: freshId(), msgtype: 'event', event }, place, member)
  }

  private envelope(botId: string, place: Place, member: SandboxMember): Fields {
    return {
      aibotid: botId,
      create_time: Math.floor(this.parts.clock.now() / 1000),
      ...(place.chatType === 'group' ? { chatid: place.chat } : {}),
      chattype: place.chatType,
      from: { userid: member.userid },
    }
  }

  private tell(botId: string, kind: RobotCall['kind'], reqId: string, body: Fields, place: Place, member: SandboxMember): void {
    const { lines, logger, robotCallbacks, roster } = this.parts
    const target = roster.robot(botId)?.callback
    const cmd = kind === 'message' ? 'aibot_msg_callback' : 'aibot_event_callback'
    if (target) robotCallbacks.tell({ botId, target, reqId, kind, chat: place.chat, userid: member.userid, body })
    else if (!lines.tell(botId, cmd, reqId, body)) logger.warn({ botId, cmd }, 'robot is not connected to the sandbox, callback lost')
  }
}
