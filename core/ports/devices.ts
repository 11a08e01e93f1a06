// From a device row to a connected driver; app/compose.ts joins the registry of adapters/firewall with the sealed credentials.
import type { Device } from '../tenants/tenant.js'
import type { Firewall, FirewallCapabilities } from './firewall.js'

export interface Devices {
  /** @throws DEVICE_MISCONFIGURED for an unknown kind, a bad address or an unreadable credential */
  firewall(device: Device): { firewall: Firewall; can: FirewallCapabilities }
}
