// A firewall that exists only on disk; made by the simulated driver, called by core/disposal through the port.
import { AppError } from '../../../core/errors.js'
import type { Clock } from '../../../core/ports/clock.js'
import type { BlockedAddress, BlockOrder, BlockReceipt, Firewall } from '../../../core/ports/firewall.js'
import { addressFamily, checkedOrder, type CheckedOrder } from '../checked-order.js'
import { FAULT_FILE, type SimulatedFault, simulatedFaults } from './faults.js'
import { MAX_RULES, type RuleFolder } from './rule-folder.js'

/** An expired rule is cleared from disk this long after it ended, when nobody renews it any more. */
const KEPT_AFTER_EXPIRY_MILLISECONDS = 24 * 3600 * 1000

export class SimulatedFirewall implements Firewall {
  constructor(
    private readonly device: string,
    private readonly rules: RuleFolder,
    private readonly clock: Clock,
  ) {}

  plan(order: BlockOrder): Promise<readonly string[]> {
    return Promise.resolve().then(() => [blockLine(checkedOrder(order))])
  }

  async block(order: BlockOrder): Promise<BlockReceipt> {
    const checked = checkedOrder(order)
    const fault = await this.fault()
    this.assertWilling(fault)
    if (fault !== 'lies') {
      if ((await this.rules.count()) >= MAX_RULES) throw new AppError('DEVICE_REFUSED', { device: this.device, answer: 'set is full' })
      const { ip, reference, ttlSeconds } = checked
      await this.rules.put({ ip, reference, expiresAt: this.clock.now() + ttlSeconds * 1000 })
    }
    return { commands: [blockLine(checked)], answer: 'ok' }
  }

  async unblock(ip: string): Promise<BlockReceipt> {
    addressFamily(ip)
    const fault = await this.fault()
    this.assertWilling(fault)
    if (fault !== 'lies') await this.rules.remove(ip)
    return { commands: [`unblock ${ip}`], answer: 'ok' }
  }

  async list(): Promise<readonly BlockedAddress[]> {
    const fault = await this.fault()
    if (fault === 'unreachable') throw new AppError('DEVICE_UNREACHABLE', { device: this.device, answer: 'simulated' })
    const now = this.clock.now()
    const rules = await this.rules.all()
    const stale = now - KEPT_AFTER_EXPIRY_MILLISECONDS
    for (const { ip, expiresAt } of rules) if (expiresAt < stale) await this.rules.removeIfEnded(ip, stale)
    return rules
      .filter(rule => rule.expiresAt > now)
      .map(({ ip, reference, expiresAt }) => ({ ip, reference, remainingSeconds: Math.ceil((expiresAt - now) / 1000) }))
  }

  private async fault(): Promise<SimulatedFault | undefined> {
    const text = await this.rules.note(FAULT_FILE)
    if (text === undefined || text === '') return undefined
    const fault = simulatedFaults.find(known => known === text)
    if (fault === undefined) throw new AppError('DEVICE_MISCONFIGURED', { device: this.device, problem: '故障开关的内容不认识' })
    return fault
  }

  private assertWilling(fault: SimulatedFault | undefined): void {
    const facts = { device: this.device, answer: 'simulated' }
    if (fault === 'unreachable') throw new AppError('DEVICE_UNREACHABLE', facts)
    if (fault === 'busy') throw new AppError('DEVICE_BUSY', facts)
    if (fault === 'refuses') throw new AppError('DEVICE_REFUSED', facts)
  }
}

function blockLine({ ip, reference, ttlSeconds }: CheckedOrder): string {
  return `block ${ip} for ${ttlSeconds}s as ${reference}`
}
