// From a disposal to its act on the device; called by the executor. A new action on devices is one case here and one row in actions.ts.
import { AppError } from '../../errors.js'
import { type Devices, portOf } from '../../ports/devices.js'
import type { Firewall } from '../../ports/firewall.js'
import type { Device } from '../../tenants/tenant.js'
import { actionRow } from '../actions.js'
import type { Disposal } from '../disposal.js'
import type { Act } from './act.js'
import { blockIp } from './block-ip.js'
import { hostAct } from './host-act.js'
import { isolatePort } from './isolate-port.js'
import { SharedListing } from './shared-listing.js'

export class Acts {
  private readonly listings = new Map<string, SharedListing<Awaited<ReturnType<Firewall['list']>>>>()

  constructor(private readonly devices: Devices) {}

  /** @throws DEVICE_MISCONFIGURED, ARGUMENT_INVALID, NOT_ALLOWED for what no device can do */
  open(disposal: Disposal, device: Device): Act {
    const { by, label } = actionRow(disposal.action)
    if (by !== portOf(device)) throw new AppError('DEVICE_MISCONFIGURED', { device: device.name, problem: `这台设备做不了${label}` })
    switch (disposal.action) {
      case 'block_ip':
        return blockIp(this.devices.firewall(device).firewall, disposal, this.listing(device.id))
      case 'isolate_port':
        return isolatePort(this.devices.switch(device), disposal)
      case 'kill_process':
      case 'quarantine_file':
      case 'disable_account':
      case 'snapshot_evidence':
        return hostAct(this.devices.host(device), disposal, disposal.action)
      case 'block_domain':
      case 'waf_rule':
      case 'rate_limit':
      case 'isolate_host':
      case 'reset_password':
      case 'site_offline':
      case 'close_port':
      case 'patch':
      case 'rollback_config':
      case 'add_suppression':
        throw new AppError('DEVICE_MISCONFIGURED', { device: device.name, problem: `${label}要由人来做` })
    }
  }

  private listing(deviceId: string): SharedListing<Awaited<ReturnType<Firewall['list']>>> {
    const known = this.listings.get(deviceId) ?? new SharedListing()
    this.listings.set(deviceId, known)
    return known
  }
}
