// Remembers under which request of WeCom a message or press came in, so that it can be answered there; written and asked by WecomChat.
import { randomUUID } from 'node:crypto'
import type { Clock } from '../../../core/ports/clock.js'

export interface ReplyHandle {
  readonly kind: 'message' | 'press'
  /** Name of the robot; a request belongs to it and not to one connection of it. */
  readonly robot: string
  readonly chatId: string
  readonly reqId: string
  /** Of the pressed card; an update must bear the same. */
  readonly taskId?: string
}

interface KeptHandle extends ReplyHandle {
  readonly at: number
}

/** WeCom takes answers to a message for 24 hours and to a press for five seconds (docs 101463, 101027). */
const lifetime = { message: 24 * 3_600_000, press: 5_000 }
const maxHandles = 10_000

export class ReplyHandles {
  /** In the order they came: the first is the oldest. */
  private readonly kept = new Map<string, KeptHandle>()

  constructor(private readonly clock: Clock) {}

  get size(): number {
    return this.kept.size
  }

  /** @returns an opaque name for the handle, good in this process only */
  keep(handle: ReplyHandle): string {
    const at = this.clock.now()
    for (const [name, oldest] of this.kept) {
      if (this.kept.size < maxHandles && at - oldest.at <= lifetime.message) break
      this.kept.delete(name)
    }
    const name = randomUUID()
    this.kept.set(name, { ...handle, at })
    return name
  }

  /** The handle, when it is still good for an answer of that kind in that conversation. */
  find(name: string | undefined, kind: ReplyHandle['kind'], to: { robot: string; chatId: string }): ReplyHandle | undefined {
    const handle = name === undefined ? undefined : this.kept.get(name)
    // An answer goes where the question came from, so a handle of another conversation would send it astray.
    if (handle?.kind !== kind || handle.robot !== to.robot || handle.chatId !== to.chatId) return undefined
    return this.clock.now() - handle.at <= lifetime[kind] ? handle : undefined
  }
}
