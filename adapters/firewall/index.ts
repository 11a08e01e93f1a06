// The list of firewall drivers; app/compose.ts finds the driver of a device row's `kind` here.
import type { Clock } from '../../core/ports/clock.js'
import type { FirewallDriver } from '../../core/ports/firewall.js'
import { nftables } from './nftables/index.js'
import { makeSimulatedFirewall } from './simulated/index.js'

export interface FirewallDriverSettings {
  /** Where simulated devices keep their rules; shared by every process that uses them. */
  readonly simulatedFolder: string
  /** Counts the time to live of simulated rules; absent: the system's clock. */
  readonly clock?: Clock
}

/** Every driver, one line each. */
export function makeFirewallDrivers(settings: FirewallDriverSettings): readonly FirewallDriver[] {
  return [nftables, makeSimulatedFirewall({ folder: settings.simulatedFolder, ...(settings.clock && { clock: settings.clock }) })]
}
