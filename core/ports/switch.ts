// A switch whose ports can be shut, so that whoever hangs on one is off the network. Only core/disposal calls it, after leave was given.
import type { z } from 'zod'
import type { ActReceipt } from './act.js'

export interface SwitchPortState {
  /** The name as the switch itself spells it. */
  readonly port: string
  /** Switched on by configuration (ifAdminStatus of RFC 2863). */
  readonly enabled: boolean
  /** The link is up. */
  readonly linkUp: boolean
}

/** Every call ends within its time-out; every change may be repeated without harm. */
export interface Switch {
  /** What `shut` would do, without doing it or asking the device. @throws ARGUMENT_INVALID */
  plan(port: string): Promise<readonly string[]>
  /** @throws ARGUMENT_INVALID, DEVICE_UNREACHABLE, DEVICE_REFUSED (also: no such port), DEVICE_BUSY, DEVICE_MISCONFIGURED */
  state(port: string): Promise<SwitchPortState>
  /** @throws as `state` */
  shut(port: string): Promise<ActReceipt>
  /** @throws as `state` */
  open(port: string): Promise<ActReceipt>
}

export interface DeviceContext {
  /** Address from the device row. */
  readonly address: string
  /** Decrypted credential, or undefined. */
  readonly credential?: string
  readonly timeoutMilliseconds: number
}

export interface SwitchDriver<Config = unknown> {
  /** The `kind` of device rows; begins with `switch-`. The folder's name is what follows. */
  readonly id: string
  /** Shown to people, Chinese. */
  readonly title: string
  readonly config: z.ZodType<Config>
  configure(context: DeviceContext): unknown
  connect(config: Config): Switch
}

/** Declares a switch driver; its configuration is checked against `config` before `connect` sees it. */
export function defineSwitch<Config>(driver: SwitchDriver<Config>): SwitchDriver<Config> {
  return driver
}
