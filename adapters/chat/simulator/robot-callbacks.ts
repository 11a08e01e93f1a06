// A robot in HTTP callback mode: posts what members say and press, carries out what is answered, asks for the rest of streams, takes response_url calls.
import { randomBytes } from 'node:crypto'
import { AppError } from '../../../core/errors.js'
import type { Clock } from '../../../core/ports/clock.js'
import { unseal } from './callback-crypto.js'
import type { CallbackEnvelope, CallbackLine } from './callback-line.js'
import type { Callbacks } from './callbacks.js'
import { asFields, asText, type Fields, parseObject } from './json-fields.js'
import type { RobotCommands } from './robot-commands.js'
import { freshId } from './robot-line.js'
import type { SandboxLimits } from './sandbox-limits.js'
import type { SandboxCallback } from './sandbox-types.js'
import { WecomRefusal } from './wecom-refusal.js'

export interface RobotCallbackParts {
  readonly clock: Clock
  readonly limits: SandboxLimits
  readonly line: CallbackLine
  readonly callbacks: Callbacks
  readonly commands: RobotCommands
  /** Absolute address the sandbox's HTTP side is reached at; undefined: callbacks carry no response_url. */
  readonly publicUrl: () => string | undefined
}

/** One thing the robot is told. */
export interface RobotCall {
  readonly botId: string
  readonly target: SandboxCallback
  /** Handle of the callback, made by `Callbacks.open`. */
  readonly reqId: string
  readonly kind: 'message' | 'press' | 'enter'
  readonly chat: string
  readonly userid: string
  readonly body: Fields
}

interface ResponseCode {
  readonly botId: string
  readonly chat: string
  readonly at: number
  spent: boolean
}

const envelope: CallbackEnvelope = { contentType: 'application/json', write: encrypt => JSON.stringify({ encrypt }) }
const commandOf = { message: 'aibot_respond_msg', press: 'aibot_respond_update_msg', enter: 'aibot_respond_welcome_msg' } as const
const maxCodes = 20_000

export class RobotCallbacks {
  private readonly codes = new Map<string, ResponseCode>()
  private readonly unfinished = new Map<string, number>()

  constructor(private readonly parts: RobotCallbackParts) {}

  /** WeCom's client does not let a member go on before the robot has finished. @throws REQUEST_INVALID */
  checkPatience(botId: string, userid: string): void {
    const open = this.unfinished.get(JSON.stringify([botId, userid])) ?? 0
    if (open >= this.parts.limits.unfinishedStreams) throw new AppError('REQUEST_INVALID', { problem: `机器人还有 ${open} 条消息没有答完` })
  }

  tell(call: RobotCall): void {
    this.parts.line.start(call.chat, () => this.converse(call))
  }

  /** One POST to a response_url. @throws WecomRefusal 40008, `unknownCodeErrcode` (unknown, spent, older than an hour), 45009, and those of the content */
  respond(code: string, body: Fields): void {
    const { clock, commands, limits } = this.parts
    const known = this.codes.get(code)
    if (!known || known.spent || clock.now() - known.at > limits.responseUrlMilliseconds) {
      throw new WecomRefusal(limits.unknownCodeErrcode, 'invalid response_code')
    }
    commands.answerLate(known.botId, known.chat, body)
    known.spent = true
  }

  private async converse(call: RobotCall): Promise<void> {
    const { limits, line } = this.parts
    // Presses and openings are delivered once; nobody asks again.
    const attempts = call.kind === 'message' ? limits.robotCallbackAttempts : 1
    const withUrl = call.kind === 'enter' ? {} : this.responseUrl(call)
    const answer = await line.call(call.target, envelope, JSON.stringify({ ...call.body, ...withUrl }), attempts, call.chat)
    const reply = answer === undefined ? undefined : readReply(call.target, answer)
    if (!reply) return
    const stream = this.carryOut(call, reply)
    if (stream !== undefined) await this.follow(call, stream)
  }

  /** @returns the id of a stream that is not finished yet */
  private carryOut(call: RobotCall, reply: Fields, expected?: string): string | undefined {
    const { callbacks, commands, limits } = this.parts
    const { botId, kind, reqId } = call
    if (kind !== 'message') return void commands.run(botId, commandOf[kind], reqId, reply)
    const msgtype = reply['msgtype']
    const streams = msgtype === 'stream' || msgtype === 'stream_with_template_card'
    const allowed =
      streams || (expected === undefined && (msgtype === 'template_card' || (msgtype === 'markdown' && limits.robotPassiveMarkdown)))
    if (!allowed) throw new WecomRefusal(40008, 'invalid message type')
    if (!streams) return void commands.run(botId, commandOf[kind], reqId, reply)
    const id = asText(asFields(reply['stream'])?.['id']) ?? ''
    if (expected !== undefined && id !== expected) throw new WecomRefusal(846605, 'another stream than the one asked for')
    commands.run(botId, commandOf[kind], reqId, { ...reply, msgtype: 'stream' })
    if (msgtype === 'stream_with_template_card' && reply['template_card'] !== undefined) {
      commands.run(botId, commandOf[kind], reqId, { msgtype: 'template_card', template_card: reply['template_card'] })
    }
    return callbacks.message(botId, reqId).streams.get(id)?.finished === false ? id : undefined
  }

  /** Asks again and again for the rest of a stream until it ends or its window closes. */
  private async follow(call: RobotCall, id: string): Promise<void> {
    const { clock, limits, line } = this.parts
    const key = JSON.stringify([call.botId, call.userid])
    this.unfinished.set(key, (this.unfinished.get(key) ?? 0) + 1)
    try {
      const { aibotid, chatid, chattype, from } = call.body
      const startedAt = clock.now()
      const most = Math.ceil(limits.streamWindowMilliseconds / Math.max(1, limits.streamPollMilliseconds))
      for (let poll = 0; poll < most && clock.now() - startedAt <= limits.streamWindowMilliseconds; poll++) {
        await line.pause(limits.streamPollMilliseconds)
        if (line.isClosed) return
        const seconds = Math.floor(clock.now() / 1000)
        const body = { msgid: freshId(), create_time: seconds, aibotid, chatid, chattype, from, msgtype: 'stream', stream: { id } }
        const answer = await line.call(call.target, envelope, JSON.stringify(body), 1, call.chat)
        const reply = answer === undefined ? undefined : readReply(call.target, answer)
        if (reply && this.carryOut(call, reply, id) === undefined) return
      }
      throw new WecomRefusal(846608, 'stream message update expired')
    } finally {
      const left = (this.unfinished.get(key) ?? 1) - 1
      if (left > 0) this.unfinished.set(key, left)
      else this.unfinished.delete(key)
    }
  }

  private responseUrl(call: RobotCall): { response_url?: string } {
    const base = this.parts.publicUrl()
    if (base === undefined) return {}
    const code = randomBytes(32).toString('base64url')
    this.codes.set(code, { botId: call.botId, chat: call.chat, at: this.parts.clock.now(), spent: false })
    if (this.codes.size > maxCodes) {
      const oldest = this.codes.keys().next()
      if (oldest.done !== true) this.codes.delete(oldest.value)
    }
    return { response_url: `${base.replace(/\/$/, '')}/cgi-bin/aibot/response?response_code=${code}` }
  }
}

/** Undefined for an empty answer. @throws WecomRefusal -40001, -40005, -40007, 40035 */
function readReply(target: SandboxCallback, answer: string): Fields | undefined {
  if (answer.trim() === '') return undefined
  const fields = parseObject(answer)
  const encrypt = asText(fields['encrypt'])
  const signature = asText(fields['msgsignature'])
  const { timestamp, nonce } = fields
  if (encrypt === undefined || signature === undefined || typeof timestamp !== 'number' || typeof nonce !== 'string') {
    throw new WecomRefusal(40035, 'answer must hold encrypt, msgsignature, timestamp (a number) and nonce')
  }
  return parseObject(unseal(target, { encrypt, signature, timestamp: String(timestamp), nonce }))
}
