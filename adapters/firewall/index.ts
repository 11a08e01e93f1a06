// The list of firewall drivers; app/compose.ts finds the driver of a device row's `kind` here.
import type { Clock } from '../../core/ports/clock.js'
import type { FirewallDriver } from '../../core/ports/firewall.js'
import { fortigate } from './fortigate/index.js'
import { h3cComware } from './h3c-comware/index.js'
import { huaweiUsg } from './huawei-usg/index.js'
import { iptables } from './iptables/index.js'
import { nftables } from './nftables/index.js'
import { opnsense } from './opnsense/index.js'
import { panos } from './panos/index.js'
import { pfsense } from './pfsense/index.js'
import { makeSimulatedFirewall } from './simulated/index.js'
import { webhook } from './webhook/index.js'

export interface FirewallDriverSettings {
  /** Where simulated devices keep their rules; shared by every process that uses them. */
  readonly simulatedFolder: string
  /** Counts the time to live of simulated rules; absent: the system's clock. */
  readonly clock?: Clock
}

/** Every driver, one line each. */
export function makeFirewallDrivers(settings: FirewallDriverSettings): readonly FirewallDriver[] {
  return [
    nftables,
    iptables,
    huaweiUsg,
    h3cComware,
    fortigate,
    panos,
    opnsense,
    pfsense,
    webhook,
    makeSimulatedFirewall({ folder: settings.simulatedFolder, ...(settings.clock && { clock: settings.clock }) }),
  ]
}
