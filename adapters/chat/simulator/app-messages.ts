// What applications have sent and may still change: copies of each message, response codes, and what was sent twice; memory only.
import { randomBytes } from 'node:crypto'
import type { Clock } from '../../../core/ports/clock.js'
import type { SandboxLimits } from './sandbox-limits.js'
import { WecomRefusal } from './wecom-refusal.js'

interface Sent {
  readonly agentId: number
  readonly at: number
  readonly chats: readonly string[]
}

interface Code {
  readonly agentId: number
  readonly msgid: string
  readonly chats: readonly string[]
  readonly at: number
  spent: boolean
}

const maxKept = 50_000

export class AppMessages {
  private readonly sent = new Map<string, Sent>()
  private readonly codes = new Map<string, Code>()
  private readonly said = new Map<string, number>()

  constructor(
    private readonly clock: Clock,
    private readonly limits: SandboxLimits,
  ) {}

  remember(msgid: string, agentId: number, chats: readonly string[]): void {
    keep(this.sent, msgid, { agentId, at: this.clock.now(), chats })
  }

  /** The chats a message stands in. @throws WecomRefusal 40058 (unknown, another app's), 42052 (too old) */
  toRecall(msgid: string, agentId: number): readonly string[] {
    const sent = this.sent.get(msgid)
    if (sent?.agentId !== agentId) throw new WecomRefusal(40058, 'invalid msgid')
    if (this.clock.now() - sent.at > this.limits.recallMilliseconds) throw new WecomRefusal(42052, 'msgid too old to recall')
    return sent.chats
  }

  /** A code that changes a card once. @param chats where the card stands; after a press only the presser's */
  newCode(agentId: number, msgid: string, chats: readonly string[]): string {
    const code = randomBytes(48).toString('base64url')
    keep(this.codes, code, { agentId, msgid, chats, at: this.clock.now(), spent: false })
    return code
  }

  /** Call `spend` on it when the update has been made. @throws WecomRefusal 42022 (spent), `unknownCodeErrcode` (unknown, too old, another app's) */
  code(value: string, agentId: number): { readonly msgid: string; readonly chats: readonly string[]; spend(): void } {
    const code = this.codes.get(value)
    const tooOld = code !== undefined && this.clock.now() - code.at > this.limits.responseCodeMilliseconds
    if (code?.agentId !== agentId || tooOld) throw new WecomRefusal(this.limits.unknownCodeErrcode, 'invalid response_code')
    if (code.spent) throw new WecomRefusal(42022, 'response_code already used')
    return { msgid: code.msgid, chats: code.chats, spend: () => void (code.spent = true) }
  }

  /** The same content to the same member within the interval: WeCom answers ok and delivers nothing. */
  isRepeat(key: string, seconds: number): boolean {
    const last = this.said.get(key)
    if (last !== undefined && this.clock.now() - last < seconds * 1000) return true
    keep(this.said, key, this.clock.now())
    return false
  }
}

function keep<V>(map: Map<string, V>, key: string, value: V): void {
  map.set(key, value)
  if (map.size <= maxKept) return
  const oldest = map.keys().next()
  if (oldest.done !== true) map.delete(oldest.value)
}
