// Holds the faults that were ordered and hands them out one by one; connections, the HTTP door and the roster ask it before they answer.
import { createHash } from 'node:crypto'
import { noFaults, type SandboxFaults } from './sandbox-faults.js'

export type AckFault =
  | { readonly kind: 'none' }
  | { readonly kind: 'swallow' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'delay'; readonly milliseconds: number }

export type CallFault =
  | { readonly kind: 'errcode'; readonly errcode: number }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'html' }
  | { readonly kind: 'empty' }
  /** The only one that lets the call be carried out. */
  | { readonly kind: 'hang'; readonly milliseconds: number }

export type FaultChannel = 'robot' | 'webhook' | 'app'
type Counted = 'swallowAcks' | 'dropConnection' | 'duplicateMessages' | 'refuseSubscribes'
type CountedPart = 'answer' | 'delayAcks' | 'webhookAnswer' | 'webhookStatus' | 'appAnswer' | 'appStatus'

const longestHang = 600_000

export class FaultDesk {
  private faults: SandboxFaults = noFaults
  private draws = 0

  get now(): SandboxFaults {
    return this.faults
  }

  /** Changes what is named; `{}` clears everything. */
  order(change: Partial<SandboxFaults>): void {
    const named = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
    this.faults = Object.keys(named).length === 0 ? noFaults : { ...this.faults, ...named }
    if (change.seed !== undefined || this.faults === noFaults) this.draws = 0
  }

  /** What strikes a frame before it is carried out. */
  takeFrame(command: string): CallFault | undefined {
    if (command === 'aibot_subscribe' || command === 'ping') return undefined
    if (this.strikes(command) && this.takePart('answer')) return { kind: 'errcode', errcode: this.faults.answer.errcode }
    const share = this.takeShare('robot')
    return share?.kind === 'status' ? undefined : share
  }

  /** What strikes an HTTP call. */
  takeCall(channel: FaultChannel): CallFault | undefined {
    if (channel !== 'robot') {
      const status = `${channel}Status` as const
      const answer = `${channel}Answer` as const
      if (this.takePart(status)) return { kind: 'status', status: this.faults[status].status }
      if (this.takePart(answer)) return { kind: 'errcode', errcode: this.faults[answer].errcode }
    }
    return this.takeShare(channel)
  }

  /** What happens to the acknowledgement of a frame that was carried out. */
  takeAck(command: string): AckFault {
    if (!this.strikes(command)) return { kind: 'none' }
    if (this.take('swallowAcks')) return { kind: 'swallow' }
    if (this.take('dropConnection')) return { kind: 'drop' }
    if (this.takePart('delayAcks')) return { kind: 'delay', milliseconds: bounded(this.faults.delayAcks.milliseconds) }
    return { kind: 'none' }
  }

  takeDuplicate(): boolean {
    return this.take('duplicateMessages')
  }

  takeSubscribeRefusal(): boolean {
    return this.take('refuseSubscribes')
  }

  get ignoresPings(): boolean {
    return this.faults.ignorePings
  }

  isRobotRemoved(chatid: string): boolean {
    return this.faults.removedRobots.includes(chatid)
  }

  isMuted(chatid: string): boolean {
    return this.faults.mutedGroups.includes(chatid)
  }

  isWebhookRevoked(key: string, chatid: string): boolean {
    return this.faults.revokedWebhooks.includes(key) || this.faults.revokedWebhooks.includes(chatid)
  }

  /** One draw decides between all shares, so that they add up instead of hiding each other. */
  private takeShare(channel: FaultChannel): CallFault | undefined {
    const { shareAnswer, shareStatus, shareHang, shareHtml, shareEmpty, reach } = this.faults
    const shares = [shareAnswer.share, shareStatus.share, shareHang.share, shareHtml.share, shareEmpty.share]
    if (shares.every(share => share <= 0) || (reach.length > 0 && !reach.includes(channel))) return undefined
    let left = this.draw()
    const hit = shares.findIndex(share => (left -= Math.max(0, share)) < 0)
    const faults: CallFault[] = [
      { kind: 'errcode', errcode: shareAnswer.errcode },
      { kind: 'status', status: shareStatus.status },
      { kind: 'hang', milliseconds: bounded(shareHang.seconds * 1000) },
      { kind: 'html' },
      { kind: 'empty' },
    ]
    return faults[hit]
  }

  /** Between 0 and 1, the same for the same seed and turn: a drill can be repeated. */
  private draw(): number {
    const bytes = createHash('sha256').update(`${this.faults.seed}:${this.draws++}`).digest()
    return bytes.readUInt32BE(0) / 2 ** 32
  }

  private take(name: Counted): boolean {
    const left = this.faults[name]
    if (left <= 0) return false
    this.faults = { ...this.faults, [name]: left - 1 }
    return true
  }

  private takePart(name: CountedPart): boolean {
    const part = this.faults[name]
    if (part.times <= 0) return false
    this.faults = { ...this.faults, [name]: { ...part, times: part.times - 1 } }
    return true
  }

  private strikes(command: string): boolean {
    if (command === 'aibot_subscribe' || command === 'ping') return false
    return this.faults.command === '' || this.faults.command === command
  }
}

function bounded(milliseconds: number): number {
  return Math.min(Math.max(0, milliseconds), longestHang)
}
