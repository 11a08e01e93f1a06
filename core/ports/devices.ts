// From a device row to a connected driver; app/compose.ts joins the registries of adapters with the sealed credentials.
import type { Device } from '../tenants/tenant.js'
import type { Firewall, FirewallCapabilities } from './firewall.js'
import type { DevicePort } from './device-port.js'
import type { Host } from './host.js'
import type { Switch } from './switch.js'

export type { DevicePort }

export interface Devices {
  /** @throws DEVICE_MISCONFIGURED for an unknown kind, a bad address or an unreadable credential */
  firewall(device: Device): { firewall: Firewall; can: FirewallCapabilities }
  /** @throws DEVICE_MISCONFIGURED */
  switch(device: Device): Switch
  /** @throws DEVICE_MISCONFIGURED */
  host(device: Device): Host
}

/** The kind of a row says which port serves it: `switch-…`, `host-…`, anything else is a firewall. */
export function portOf({ kind }: Pick<Device, 'kind'>): DevicePort {
  if (kind.startsWith('switch-')) return 'switch'
  return kind.startsWith('host-') ? 'host' : 'firewall'
}
