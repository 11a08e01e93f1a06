// One WebSocket of a robot and the table of live ones: subscribe, ping, kick, acknowledgements with their faults; the sandbox hands accepted sockets in.
import { randomBytes } from 'node:crypto'
import type { RawData, WebSocket } from 'ws'
import type { Clock } from '../../../core/ports/clock.js'
import type { Logger } from '../../../core/ports/logger.js'
import type { FaultDesk } from './fault-desk.js'
import { asFields, asText, byteLength, type Fields, parseObject } from './json-fields.js'
import type { RefusalCount } from './refusal-count.js'
import type { RobotCommands } from './robot-commands.js'
import type { Roster } from './roster.js'
import { sameText } from './same-text.js'
import { maxFrameBytes } from './sandbox-types.js'
import { hinted, WecomRefusal } from './wecom-refusal.js'

interface LineParts {
  readonly clock: Clock
  readonly logger: Logger
  readonly roster: Roster
  readonly commands: RobotCommands
  readonly faults: FaultDesk
  readonly refusals: RefusalCount
}

const ackWords = { swallow: 'swallowed', drop: 'cut off', delay: 'delayed' } as const
const maxSockets = 1_000
/** A peer that does not read gives up its connection. */
const maxUnsentBytes = 16 * 1024 * 1024

export class RobotLines {
  private readonly live = new Map<string, WebSocket>()
  private readonly sockets = new Set<WebSocket>()

  constructor(private readonly parts: LineParts) {}

  accept(socket: WebSocket): void {
    // A socket without an error listener would bring the process down.
    socket.on('error', error => this.parts.logger.debug({ error }, 'sandbox socket failed'))
    if (this.sockets.size >= maxSockets) {
      socket.close(1013)
      return
    }
    this.sockets.add(socket)
    socket.on('close', () => {
      this.sockets.delete(socket)
      this.forget(socket)
    })
    socket.on('message', (data, isBinary) => {
      try {
        this.hear(socket, data, isBinary)
      } catch (error) {
        this.parts.logger.error({ error }, 'sandbox could not handle a frame')
        this.answer(socket, undefined, -1, 'system error')
      }
    })
  }

  /** Sends a callback frame to the robot; false when it is not connected: WeCom does not send it again. */
  tell(botId: string, cmd: string, reqId: string, body: object): boolean {
    const socket = this.live.get(botId)
    if (!socket) return false
    this.write(socket, { cmd, headers: { req_id: reqId }, body })
    return true
  }

  isConnected(botId: string): boolean {
    return this.live.has(botId)
  }

  /** Breaks connections without a goodbye: one robot's, or all. */
  drop(botId?: string): void {
    for (const [id, socket] of [...this.live]) if (botId === undefined || id === botId) socket.terminate()
  }

  close(): void {
    for (const socket of [...this.sockets]) socket.terminate()
  }

  private hear(socket: WebSocket, data: RawData, isBinary: boolean): void {
    const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data)
    if (bytes.length > maxFrameBytes) {
      socket.close(1009)
      return
    }
    let reqId: string | undefined
    let command = ''
    try {
      if (isBinary) throw new WecomRefusal(40035, 'invalid parameter, text frames only')
      const frame = parseObject(bytes.toString('utf8'))
      command = asText(frame['cmd']) ?? ''
      reqId = asText(asFields(frame['headers'])?.['req_id'])
      if (reqId === undefined || byteLength(reqId) > 512) {
        reqId = undefined
        throw new WecomRefusal(40058, 'headers.req_id missing or invalid')
      }
      const body = frame['body'] === undefined ? {} : asFields(frame['body'])
      if (!body) throw new WecomRefusal(40058, 'body invalid. Warning: wrong json format. ')
      this.obey(socket, command, reqId, body)
    } catch (error) {
      if (!(error instanceof WecomRefusal)) throw error
      this.answer(socket, error.withoutReqId ? undefined : reqId, error.errcode, error.message)
    }
  }

  private obey(socket: WebSocket, command: string, reqId: string, body: Fields): void {
    if (command === 'aibot_subscribe') {
      this.subscribe(socket, body)
      this.answer(socket, reqId, 0, 'ok')
      return
    }
    if (command === 'ping') {
      if (!this.parts.faults.ignoresPings) this.answer(socket, reqId, 0, 'ok')
      return
    }
    const botId = this.robotOf(socket)
    if (botId === undefined) throw new WecomRefusal(846609, 'not subscribed')
    const chat = this.parts.commands.chatOf(botId, reqId, body)
    try {
      const fault = this.parts.faults.takeFrame(command)
      if (fault?.kind === 'errcode') throw new WecomRefusal(fault.errcode, 'fault ordered in the sandbox')
      if (fault) this.parts.refusals.add('robot', chat, fault.kind)
      if (fault?.kind === 'html') socket.send('<html><body>fault ordered in the sandbox</body></html>')
      if (fault && fault.kind !== 'hang') return
      const answer = this.parts.commands.run(botId, command, reqId, body)
      if (fault) this.later(() => this.answer(socket, reqId, 0, 'ok', answer), fault.milliseconds)
      else this.acknowledge(socket, command, reqId, chat, answer)
    } catch (error) {
      if (error instanceof WecomRefusal) this.parts.refusals.add('robot', chat, error.errcode)
      throw error
    }
  }

  /** The newest connection of a robot is the only one; the older hears why and is closed. */
  private subscribe(socket: WebSocket, body: Fields): void {
    const botId = asText(body['bot_id']) ?? ''
    const robot = this.parts.roster.robot(botId)
    const refused = this.parts.faults.takeSubscribeRefusal()
    // Callback mode and long connection exclude each other.
    if (refused || !robot || robot.callback || !sameText(robot.secret, asText(body['secret']) ?? '')) {
      throw new WecomRefusal(853000, 'invalid bot_id or secret')
    }
    const older = this.live.get(botId)
    if (older === socket) return
    this.forget(socket)
    this.live.set(botId, socket)
    if (!older) return
    const seconds = Math.floor(this.parts.clock.now() / 1000)
    const event = { msgid: freshId(), create_time: seconds, aibotid: botId, msgtype: 'event', event: { eventtype: 'disconnected_event' } }
    this.write(older, { cmd: 'aibot_event_callback', headers: { req_id: freshId() }, body: event })
    older.close(1000)
  }

  private acknowledge(socket: WebSocket, command: string, reqId: string, chat: string, body: object | undefined): void {
    const fault = this.parts.faults.takeAck(command)
    if (fault.kind !== 'none') this.parts.refusals.add('robot', chat, ackWords[fault.kind])
    if (fault.kind === 'swallow') return
    if (fault.kind === 'drop') {
      socket.terminate()
      return
    }
    if (fault.kind === 'delay') this.later(() => this.answer(socket, reqId, 0, 'ok', body), fault.milliseconds)
    else this.answer(socket, reqId, 0, 'ok', body)
  }

  private later(work: () => void, milliseconds: number): void {
    setTimeout(work, milliseconds).unref()
  }

  private answer(socket: WebSocket, reqId: string | undefined, errcode: number, text: string, body?: object): void {
    const errmsg = errcode === 0 ? text : hinted(errcode, text, this.parts.clock.now(), '127.0.0.1')
    this.write(socket, { ...(reqId === undefined ? {} : { headers: { req_id: reqId } }), errcode, errmsg, ...(body ? { body } : {}) })
  }

  private write(socket: WebSocket, frame: object): void {
    if (socket.readyState !== socket.OPEN) return
    if (socket.bufferedAmount > maxUnsentBytes) socket.terminate()
    else socket.send(JSON.stringify(frame))
  }

  private robotOf(socket: WebSocket): string | undefined {
    for (const [botId, one] of this.live) if (one === socket) return botId
    return undefined
  }

  private forget(socket: WebSocket): void {
    const botId = this.robotOf(socket)
    if (botId !== undefined) this.live.delete(botId)
  }
}

export function freshId(): string {
  return randomBytes(18).toString('base64url')
}
