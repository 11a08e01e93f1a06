// The last look at an act before the device is touched, whatever the action; called by the executor's steps. Addresses go on to guard.ts.
import { AppError } from '../errors.js'
import { portOf } from '../ports/devices.js'
import type { Device, Tenant } from '../tenants/tenant.js'
import { actionRow } from './actions.js'
import type { Disposal } from './disposal.js'
import { checkBlock, MAX_SECONDS, MIN_SECONDS } from './guard.js'

/** The device it is to be done on. @throws the refusals of checkBlock; NOTIFY_ONLY, NO_DEVICE, DEVICE_MISCONFIGURED, DURATION_OUT_OF_RANGE */
export function checkAct({ tenant, disposal, devices }: { tenant: Tenant; disposal: Disposal; devices: readonly Device[] }): Device {
  const device = devices.find(item => item.id === disposal.deviceId)
  const { target, seconds, action } = disposal
  if (action === 'block_ip') {
    const ownNetworks = devices.flatMap(item => item.protects)
    checkBlock({ tenant, target, seconds, device, ownNetworks })
    return device!
  }
  const { leased, label, by } = actionRow(action)
  if (tenant.authorizationMode === 'notify') throw new AppError('NOTIFY_ONLY')
  if (!device) throw new AppError('NO_DEVICE')
  if (portOf(device) !== by) throw new AppError('DEVICE_MISCONFIGURED', { device: device.name, problem: `这台设备做不了${label}` })
  if (leased && !(seconds >= MIN_SECONDS && seconds <= MAX_SECONDS))
    throw new AppError('DURATION_OUT_OF_RANGE', { min: '1 分钟', max: '30 天' })
  return device
}
