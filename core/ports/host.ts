// A computer on which a process, a file or an account can be stopped and evidence be taken. Only core/disposal calls it, after leave was given.
import type { z } from 'zod'
import type { ActReceipt, Before, Look } from './act.js'
import type { DeviceContext } from './switch.js'

export type HostOrder =
  /** `startedTicks` is field 22 of /proc/<pid>/stat: the same number for another process is not killed. Absent: as read before the act. */
  | { readonly action: 'kill_process'; readonly pid: number; readonly startedTicks?: string }
  | { readonly action: 'quarantine_file'; readonly path: string }
  | { readonly action: 'disable_account'; readonly account: string }
  | { readonly action: 'snapshot_evidence'; readonly paths: readonly string[] }

export interface EvidenceFile {
  readonly path: string
  readonly bytes: number
  /** 64 hexadecimal digits, computed on the host. */
  readonly sha256: string
}

export interface HostReceipt extends ActReceipt {
  /** For `snapshot_evidence`: where it is kept and what is in it. */
  readonly evidence?: { readonly id: string; readonly sha256: string; readonly bytes: number; readonly files: readonly EvidenceFile[] }
}

/** Every call ends within its time-out; every change may be repeated without harm. `reference` is the disposal's number. */
export interface Host {
  /** What `perform` would do, without doing it or asking the host. @throws ARGUMENT_INVALID */
  plan(order: HostOrder, reference: string): Promise<readonly string[]>
  /** Reads what undoing and verifying will need; changes nothing. @throws ARGUMENT_INVALID, DEVICE_UNREACHABLE, DEVICE_REFUSED, DEVICE_MISCONFIGURED */
  before(order: HostOrder, reference: string): Promise<Before>
  /** @throws as `before`, DEVICE_BUSY */
  perform(order: HostOrder, reference: string, before: Before): Promise<HostReceipt>
  /** @throws as `before` */
  look(order: HostOrder, reference: string, before: Before): Promise<Look>
  /** Restores the file or the account. @throws as `before`; ARGUMENT_INVALID for what cannot be undone */
  undo(order: HostOrder, reference: string, before: Before): Promise<ActReceipt>
}

export interface HostDriver<Config = unknown> {
  /** The `kind` of device rows; begins with `host-`. The folder's name is what follows. */
  readonly id: string
  readonly title: string
  readonly config: z.ZodType<Config>
  configure(context: DeviceContext): unknown
  connect(config: Config): Host
}

/** Declares a host driver; its configuration is checked against `config` before `connect` sees it. */
export function defineHost<Config>(driver: HostDriver<Config>): HostDriver<Config> {
  return driver
}
