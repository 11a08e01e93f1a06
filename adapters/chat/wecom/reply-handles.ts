// Remembers under which request of WeCom a message or press came in, so that it can be answered there; each road in keeps its own.
import { randomUUID } from 'node:crypto'
import type { Clock } from '../../../core/ports/clock.js'

export interface ReplyHandle {
  readonly kind: 'message' | 'press'
  /** Name of the robot or application; a request belongs to it and not to one connection of it. */
  readonly robot: string
  readonly chatId: string
  /** What WeCom wants to see again: a req_id of the long connection, a response_code, a response_url. */
  readonly reference: string
  /** Of the pressed card; an update must bear the same. */
  readonly taskId?: string
}

export interface KeptHandle extends ReplyHandle {
  readonly at: number
}

/** How long answers are taken, in milliseconds. */
export type Lifetimes = Readonly<Record<ReplyHandle['kind'], number>>

/** On the long connection 24 hours for a message and five seconds for a press (docs 101463, 101027). */
const longConnection: Lifetimes = { message: 24 * 3_600_000, press: 5_000 }
const maxHandles = 10_000

export class ReplyHandles {
  /** In the order they came: the first is the oldest. */
  private readonly kept = new Map<string, KeptHandle>()

  constructor(
    private readonly clock: Clock,
    private readonly lifetimes: Lifetimes = longConnection,
  ) {}

  get size(): number {
    return this.kept.size
  }

  /** @returns an opaque name for the handle, good in this process only */
  keep(handle: ReplyHandle): string {
    const at = this.clock.now()
    const longest = Math.max(this.lifetimes.message, this.lifetimes.press)
    for (const [name, oldest] of this.kept) {
      if (this.kept.size < maxHandles && at - oldest.at <= longest) break
      this.kept.delete(name)
    }
    const name = randomUUID()
    this.kept.set(name, { ...handle, at })
    return name
  }

  /** The handle, when it is still good for an answer of that kind in that conversation. */
  find(name: string | undefined, kind: ReplyHandle['kind'], to: { robot: string; chatId: string }): KeptHandle | undefined {
    const handle = name === undefined ? undefined : this.kept.get(name)
    // An answer goes where the question came from, so a handle of another conversation would send it astray.
    if (handle?.kind !== kind || handle.robot !== to.robot || handle.chatId !== to.chatId) return undefined
    return this.clock.now() - handle.at <= this.lifetimes[kind] ? handle : undefined
  }

  /** The handle was used up. */
  forget(name: string): void {
    this.kept.delete(name)
  }

  /** It was not used up after all; it does not become younger by that. */
  restore(name: string, handle: KeptHandle): void {
    this.kept.set(name, handle)
  }
}
