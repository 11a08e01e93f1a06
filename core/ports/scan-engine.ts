// What looks at a customer's machines: one engine behind this port looks at one slice of a patrol; core/patrol decides what it may look at.
import type { AssetObservation } from '../assets/observation.js'
import type { FindingDraft } from './scan-import.js'

/** 发现 / 未发现 / 不适用 / 无法判断. `unknown` never closes a finding and never counts as good. */
export type Outcome = 'found' | 'not_found' | 'not_applicable' | 'unknown'

/** One answered, or unanswered, question: this check at this place. */
export interface Answer {
  readonly address: string
  /** Null: the host itself. */
  readonly port: number | null
  readonly protocol: 'tcp' | 'udp'
  readonly check: string
  readonly outcome: Outcome
  /** What was seen, or why nothing can be said. At most 300 characters, never a password. */
  readonly why: string
}

export interface TargetPort {
  readonly port: number
  readonly protocol: 'tcp' | 'udp'
  /** What speaks there as far as known (`ssh`, `redis`, …); `''` when unknown. */
  readonly service: string
}

export interface ScanTarget {
  /** An address, never a name: names are resolved and checked before (core/patrol/scope.ts). */
  readonly address: string
  readonly ports: readonly TargetPort[]
}

/** Says how fast probes may leave; shared by all engines of a run. */
export interface Pacer {
  /** Probes a second at this moment; engines that cannot be slowed down while they run read it at their start. */
  readonly perSecond: number
  /** Waits until so many probes may leave. @throws when the signal is aborted */
  take(probes: number, signal: AbortSignal): Promise<void>
}

/** One account of one service, and what may be tried on it. */
export interface AccountTries {
  readonly service: string
  readonly login: string
  /** Most likely first. Secrets: never into arguments, logs or answers. */
  readonly candidates: readonly string[]
  /** Fingerprints of what was found before, so that a repair can be proven. */
  readonly known: readonly string[]
}

export interface PasswordOrder {
  readonly accounts: readonly AccountTries[]
  /**
   * Asks for leave to try so many passwords on an account, over all engines and runs; the number granted is spent whether or not
   * it is used. Asked immediately before the tries.
   */
  reserve(target: { readonly address: string; readonly service: string; readonly login: string }, tries: number): Promise<number>
  /** Irreversible without the product's key. */
  fingerprint(password: string): string
}

export interface SliceOrder {
  readonly targets: readonly ScanTarget[]
  readonly pacer: Pacer
  readonly signal: AbortSignal
  /** Nothing was heard from the engine for so long: it hangs. */
  readonly idleSeconds: number
  /** From start to end of this slice. */
  readonly sliceSeconds: number
  /** Asked right before packets leave; false: not this address, at this moment. */
  permit(address: string): boolean
  readonly passwords?: PasswordOrder
}

export interface SliceResult {
  readonly answers: readonly Answer[]
  readonly observations: readonly AssetObservation[]
  readonly drafts: readonly FindingDraft[]
  /** Connections and packets that left, as far as the engine tells; estimates are rounded up. */
  readonly probes: number
  /** The engine did not come to its end; what it saw before counts, what it did not see says nothing. */
  readonly partial: string | null
}

export interface EngineState {
  readonly id: string
  readonly title: string
  readonly ready: boolean
  readonly version: string | null
  readonly path: string | null
  /** What it may do with the rights of this process. */
  readonly rights: string
  /** The command that installs it; null when nothing is missing. */
  readonly install: string | null
}

/** A listener on this machine, started by the engine, with exactly the weakness sought. */
export interface Decoy {
  readonly target: ScanTarget
  /** Checks that must answer `found` there. */
  readonly expects: readonly { readonly port: number; readonly check: string }[]
  readonly passwords?: Pick<PasswordOrder, 'accounts'>
  close(): Promise<void>
}

export type EngineStage = 'discovery' | 'services' | 'passwords'

export interface ScanEngine {
  readonly id: string
  readonly title: string
  readonly stage: EngineStage
  /** Services it can be asked about; empty: any. */
  readonly services: readonly string[]
  state(): Promise<EngineState>
  /** @throws nothing on purpose: what went wrong is `partial` and answers `unknown` */
  look(order: SliceOrder): Promise<SliceResult>
  decoy(): Promise<Decoy>
}

export interface ScanEngines {
  /** In order of preference within a stage. */
  readonly engines: readonly ScanEngine[]
  /** Milliseconds until a TCP connection stood; null when it did not within the time-out. */
  connectTime(address: string, port: number, timeoutMilliseconds: number): Promise<number | null>
  /** All addresses of a name, as the resolver says now. */
  resolve(name: string): Promise<readonly string[]>
  /** Addresses of this machine, which are never scanned. */
  ownAddresses(): readonly string[]
}
