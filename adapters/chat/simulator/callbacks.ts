// The handles (req_id) under which a robot may answer what it was told, and for how long; written by member actions, read by the robot's commands.
import { randomBytes } from 'node:crypto'
import type { Clock } from '../../../core/ports/clock.js'
import type { SandboxLimits } from './sandbox-limits.js'
import { WecomRefusal } from './wecom-refusal.js'

export interface OpenStream {
  readonly msgid: string
  readonly startedAt: number
  finished: boolean
}

interface Handle {
  readonly botId: string
  readonly chat: string
  readonly at: number
}
export interface MessageHandle extends Handle {
  readonly kind: 'message'
  readonly streams: Map<string, OpenStream>
}
export interface PressHandle extends Handle {
  readonly kind: 'press'
  readonly msgid: string
  readonly taskId: string
  answered: boolean
}
export interface EnterHandle extends Handle {
  readonly kind: 'enter'
  answered: boolean
}
type AnyHandle = MessageHandle | PressHandle | EnterHandle
type Opened = Omit<MessageHandle, 'at' | 'streams'> | Omit<PressHandle, 'at' | 'answered'> | Omit<EnterHandle, 'at' | 'answered'>

const maxHandles = 20_000

export class Callbacks {
  private readonly handles = new Map<string, AnyHandle>()

  constructor(
    private readonly clock: Clock,
    private readonly limits: SandboxLimits,
  ) {}

  /** A new req_id for one callback; the oldest are forgotten first. */
  open(opened: Opened): string {
    const reqId = randomBytes(18).toString('base64url')
    const at = this.clock.now()
    this.handles.set(reqId, opened.kind === 'message' ? { ...opened, at, streams: new Map() } : { ...opened, at, answered: false })
    if (this.handles.size > maxHandles) {
      const oldest = this.handles.keys().next()
      if (oldest.done !== true) this.handles.delete(oldest.value)
    }
    return reqId
  }

  /** @throws WecomRefusal 846605 unless it is this robot's, of that kind and still open */
  message(botId: string, reqId: string): MessageHandle {
    const handle = this.own(botId, reqId, this.limits.replyWindowMilliseconds)
    if (handle.kind !== 'message') throw wrongReqId()
    return handle
  }

  /** @throws WecomRefusal 846605, also when it was answered before */
  press(botId: string, reqId: string): PressHandle {
    const handle = this.own(botId, reqId, this.limits.eventWindowMilliseconds)
    if (handle.kind !== 'press' || handle.answered) throw wrongReqId()
    return handle
  }

  /** @throws WecomRefusal 846605, also when it was answered before */
  enter(botId: string, reqId: string): EnterHandle {
    const handle = this.own(botId, reqId, this.limits.eventWindowMilliseconds)
    if (handle.kind !== 'enter' || handle.answered) throw wrongReqId()
    return handle
  }

  /** The chat a req_id belongs to, whatever its state. */
  chatOf(botId: string, reqId: string): string | undefined {
    const handle = this.handles.get(reqId)
    return handle?.botId === botId ? handle.chat : undefined
  }

  private own(botId: string, reqId: string, windowMilliseconds: number): AnyHandle {
    const handle = this.handles.get(reqId)
    if (handle?.botId !== botId || this.clock.now() - handle.at > windowMilliseconds) throw wrongReqId()
    return handle
  }
}

function wrongReqId(): WecomRefusal {
  return new WecomRefusal(846605, 'invalid req_id')
}
