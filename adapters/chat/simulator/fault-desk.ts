// Holds the faults that were ordered and hands them out one by one; connections and the webhook ask it before they answer.
import type { SandboxFaults } from './sandbox-types.js'

const none: SandboxFaults = {
  swallowAcks: 0,
  delayAcks: { times: 0, milliseconds: 0 },
  dropConnection: 0,
  answer: { times: 0, errcode: 0 },
  command: '',
  duplicateMessages: 0,
  refuseSubscribes: 0,
  ignorePings: false,
  webhookAnswer: { times: 0, errcode: 0 },
  webhookStatus: { times: 0, status: 503 },
}

export type AckFault =
  | { readonly kind: 'none' }
  | { readonly kind: 'swallow' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'delay'; readonly milliseconds: number }

export class FaultDesk {
  private faults: SandboxFaults = none

  /** Changes what is named; `{}` clears everything. */
  order(change: Partial<SandboxFaults>): void {
    this.faults = Object.keys(change).length === 0 ? none : { ...this.faults, ...change }
  }

  /** A code that takes the place of carrying the frame out. */
  takeAnswer(command: string): number | undefined {
    const { answer } = this.faults
    if (!this.strikes(command) || answer.times <= 0) return undefined
    this.faults = { ...this.faults, answer: { ...answer, times: answer.times - 1 } }
    return answer.errcode
  }

  /** What happens to the acknowledgement of a frame that was carried out. */
  takeAck(command: string): AckFault {
    const { swallowAcks, dropConnection, delayAcks } = this.faults
    if (!this.strikes(command)) return { kind: 'none' }
    if (swallowAcks > 0) {
      this.faults = { ...this.faults, swallowAcks: swallowAcks - 1 }
      return { kind: 'swallow' }
    }
    if (dropConnection > 0) {
      this.faults = { ...this.faults, dropConnection: dropConnection - 1 }
      return { kind: 'drop' }
    }
    if (delayAcks.times > 0) {
      this.faults = { ...this.faults, delayAcks: { ...delayAcks, times: delayAcks.times - 1 } }
      return { kind: 'delay', milliseconds: Math.min(Math.max(0, delayAcks.milliseconds), 600_000) }
    }
    return { kind: 'none' }
  }

  takeDuplicate(): boolean {
    const { duplicateMessages } = this.faults
    if (duplicateMessages <= 0) return false
    this.faults = { ...this.faults, duplicateMessages: duplicateMessages - 1 }
    return true
  }

  takeSubscribeRefusal(): boolean {
    const { refuseSubscribes } = this.faults
    if (refuseSubscribes <= 0) return false
    this.faults = { ...this.faults, refuseSubscribes: refuseSubscribes - 1 }
    return true
  }

  get ignoresPings(): boolean {
    return this.faults.ignorePings
  }

  takeWebhook(): { readonly status: number } | { readonly errcode: number } | undefined {
    const { webhookStatus, webhookAnswer } = this.faults
    if (webhookStatus.times > 0) {
      this.faults = { ...this.faults, webhookStatus: { ...webhookStatus, times: webhookStatus.times - 1 } }
      return { status: webhookStatus.status }
    }
    if (webhookAnswer.times > 0) {
      this.faults = { ...this.faults, webhookAnswer: { ...webhookAnswer, times: webhookAnswer.times - 1 } }
      return { errcode: webhookAnswer.errcode }
    }
    return undefined
  }

  private strikes(command: string): boolean {
    if (command === 'aibot_subscribe' || command === 'ping') return false
    return this.faults.command === '' || this.faults.command === command
  }
}
