// How a native check is declared: one connection, one harmless request, exact evidence, and a decoy that has exactly this weakness.
import type { Outcome } from '../../../core/ports/scan-engine.js'
import type { Severity } from '../../../core/threats/terms.js'

export interface CheckAnswer {
  readonly outcome: Outcome
  /** What was seen; text from outside is made printable and cut. */
  readonly why: string
}

export interface CheckPlace {
  readonly address: string
  readonly port: number
  readonly signal: AbortSignal
}

export interface CheckDecoy {
  readonly port: number
  close(): Promise<void>
}

export interface NativeCheck {
  readonly id: string
  readonly title: string
  readonly severity: Severity
  readonly protocol: 'tcp' | 'udp'
  /** Names of the service as discovery tells them. */
  readonly services: readonly string[]
  readonly solution: string
  readonly cwe: readonly number[]
  /** Asks; never rejects for what the other side does. */
  ask(place: CheckPlace): Promise<CheckAnswer>
  /** Listens on a free port of 127.0.0.1. */
  decoy(): Promise<CheckDecoy>
}

export function defineCheck(check: NativeCheck): NativeCheck {
  return check
}
