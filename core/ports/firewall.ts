// A device that can refuse packets of one address. Only core/disposal calls it, after leave was given.
import type { z } from 'zod'
import type { ActReceipt } from './act.js'

export interface BlockOrder {
  /** One IPv4 or IPv6 address in canonical text. */
  readonly ip: string
  /** The disposal's number, kept on the device where it can hold a comment. */
  readonly reference: string
  /** Seconds after which the device may lift the block by itself; the lease in the database stays the truth. */
  readonly ttlSeconds: number
}

export type BlockReceipt = ActReceipt

export interface BlockedAddress {
  readonly ip: string
  /** Seconds left if the device counts them. */
  readonly remainingSeconds?: number
  readonly reference?: string
}

export interface FirewallCapabilities {
  /** The device lifts a block by itself. */
  readonly ttl: boolean
  readonly ipv6: boolean
  /** `list` shows what is really in force. */
  readonly listing: boolean
  /** The disposal's number is kept on the device and shown by `list`. */
  readonly reference: boolean
}

/** Every call ends within its time-out; every change may be repeated without harm. */
export interface Firewall {
  /** What `block` would do, without doing it. */
  plan(order: BlockOrder): Promise<readonly string[]>
  /** @throws DEVICE_UNREACHABLE, DEVICE_REFUSED, DEVICE_BUSY */
  block(order: BlockOrder): Promise<BlockReceipt>
  /** Lifting what is not blocked is done, not an error. @throws DEVICE_UNREACHABLE, DEVICE_REFUSED, DEVICE_BUSY */
  unblock(ip: string): Promise<BlockReceipt>
  /** What the device itself says is blocked by us now. @throws DEVICE_UNREACHABLE, DEVICE_REFUSED */
  list(): Promise<readonly BlockedAddress[]>
}

export interface FirewallContext {
  /** Address from the device row, e.g. `ssh://root@10.20.0.1:22`, `local:`, `netns:uni`. */
  readonly address: string
  /** Decrypted credential, or undefined. */
  readonly credential?: string
  readonly timeoutMilliseconds: number
}

export interface FirewallDriver<Config = unknown> {
  /** The folder's name; the `kind` of device rows. */
  readonly id: string
  /** Shown to people, Chinese. */
  readonly title: string
  /** Parsed from the device row's address and credential by `configure`. */
  readonly config: z.ZodType<Config>
  readonly can: FirewallCapabilities
  configure(context: FirewallContext): unknown
  connect(config: Config): Firewall
}

/** Declares a firewall driver; its configuration is checked against `config` before `connect` sees it. */
export function defineFirewall<Config>(driver: FirewallDriver<Config>): FirewallDriver<Config> {
  return driver
}
