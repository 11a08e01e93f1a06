// From a device row to a firewall that can be used; called by app/compose.ts and the tests of the drivers.
import type { Firewall, FirewallContext, FirewallDriver } from '../../core/ports/firewall.js'
import { openDevice } from '../shared/open-device.js'

/** @throws DEVICE_MISCONFIGURED when address or credential are not what the driver needs */
export function openFirewall(driver: FirewallDriver, context: FirewallContext): Firewall {
  return openDevice(driver, context)
}
