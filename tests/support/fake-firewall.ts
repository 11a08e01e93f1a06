// A firewall in memory that fails on demand, and the port that hands it out; used by the tests of core/disposal.
import { AppError } from '../../core/errors.js'
import type { Devices } from '../../core/ports/devices.js'
import type { BlockOrder, BlockReceipt, Firewall } from '../../core/ports/firewall.js'
import type { Host } from '../../core/ports/host.js'
import type { Switch } from '../../core/ports/switch.js'

type Call = 'block' | 'unblock' | 'list'

export class FakeFirewall implements Firewall, Devices {
  readonly rules = new Map<string, BlockOrder>()
  /** What was asked of the device, in order: `block 203.0.113.7`. */
  readonly calls: string[] = []
  /** Says yes and does nothing. */
  ignoresBlocks = false
  /** Called before the device acts. */
  before: (call: Call) => Promise<void> | void = () => undefined
  private readonly faults = new Map<Call, number>()

  /** The next `times` calls find the device unreachable. */
  failNext(call: Call, times = 1): void {
    this.faults.set(call, times)
  }

  firewall(): { firewall: Firewall; can: { ttl: boolean; ipv6: boolean; listing: boolean; reference: boolean } } {
    return { firewall: this, can: { ttl: true, ipv6: true, listing: true, reference: true } }
  }

  switch(): Switch {
    throw new AppError('DEVICE_MISCONFIGURED', { device: 'fw1', problem: 'no switch' })
  }

  host(): Host {
    throw new AppError('DEVICE_MISCONFIGURED', { device: 'fw1', problem: 'no host' })
  }

  async plan(): Promise<readonly string[]> {
    return []
  }

  async block(order: BlockOrder): Promise<BlockReceipt> {
    await this.enter('block', order.ip)
    if (!this.ignoresBlocks) this.rules.set(order.ip, order)
    return { commands: [`add ${order.ip}`], answer: 'ok' }
  }

  async unblock(ip: string): Promise<BlockReceipt> {
    await this.enter('unblock', ip)
    this.rules.delete(ip)
    return { commands: [`delete ${ip}`], answer: 'ok' }
  }

  async list(): Promise<readonly { ip: string }[]> {
    await this.enter('list', '')
    return [...this.rules.keys()].map(ip => ({ ip }))
  }

  private async enter(call: Call, ip: string): Promise<void> {
    this.calls.push(`${call} ${ip}`.trim())
    await this.before(call)
    const left = this.faults.get(call) ?? 0
    if (left === 0) return
    this.faults.set(call, left - 1)
    throw new AppError('DEVICE_UNREACHABLE', { device: 'fw1', number: '' })
  }
}
