// The last check of a port's name before it is said to a switch; every switch driver calls it before it touches anything.
import { AppError } from '../../core/errors.js'

const PORT = /^[A-Za-z][A-Za-z0-9/._:-]{0,62}$/

/** @param never ports of the device row's `never`: uplinks, whose loss takes many off the network @throws ARGUMENT_INVALID */
export function checkedPort(port: string, never: readonly string[], change: boolean): string {
  if (typeof port !== 'string' || !PORT.test(port))
    throw new AppError('ARGUMENT_INVALID', { value: String(port).slice(0, 80), what: '端口名', example: 'GigabitEthernet0/0/1' })
  if (change && never.some(each => each.toLowerCase() === port.toLowerCase()))
    throw new AppError('ARGUMENT_INVALID', { value: port, what: '端口（已登记为不许关闭）', example: 'GigabitEthernet0/0/1' })
  return port
}

/** `never=GigabitEthernet0/0/24,XGigabitEthernet0/0/1` of an address. */
export function portList(text: string | undefined): string[] {
  return (text ?? '').split(',').filter(port => port !== '')
}
