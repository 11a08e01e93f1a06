// Looks again whether what was done for an incident still holds: the re-verification of a ticket, by reading the devices back.
import { isAppError } from '../errors.js'
import type { Devices } from '../ports/devices.js'
import type { Transactions } from '../ports/transaction.js'
import type { Case } from '../tickets/ticket-service.js'
import { isListed } from './acts/block-ip.js'
import { inForce } from './disposal-service.js'

export class MeasureCheck {
  constructor(private readonly needs: { transactions: Transactions; devices: Devices }) {}

  async check({ incident, tenant }: Case): Promise<{ passed: boolean; lines: readonly string[] }> {
    const { disposals, devices } = await this.needs.transactions.read(async t => ({
      disposals: await t.disposals.find(tenant.id, { incidentId: incident.id, state: { oneOf: inForce } }, { limit: 50 }),
      devices: await t.devices.find(tenant.id, {}, { limit: 100 }),
    }))
    const lines: string[] = []
    let passed = true
    for (const disposal of disposals) {
      const device = devices.find(item => item.id === disposal.deviceId)
      if (!device) continue
      const listed = await this.listed(device, disposal.target)
      passed &&= listed === true
      lines.push(
        listed === true
          ? `${device.name} 回读：${disposal.target} 仍在封禁`
          : listed === false
            ? `${device.name} 回读：${disposal.target} 不在封禁列表`
            : `${device.name} 无法回读（${listed}）`,
      )
      const since = disposal.executedAt
      if (since && incident.lastAt > since) {
        passed = false
        lines.push(`封禁后仍有命中（最近 ${incident.lastAt}）`)
      } else lines.push('封禁后没有新的命中')
    }
    if (disposals.length === 0) {
      const over = await this.needs.transactions.read(t =>
        t.disposals.find(
          tenant.id,
          { incidentId: incident.id, state: 'released', executedAt: { not: null } },
          { order: { releasedAt: 'desc' }, limit: 1 },
        ),
      )
      // A measure that has run its time is judged by what came after it.
      const released = over[0]?.releasedAt
      passed = released !== undefined && released !== null && incident.lastAt <= released
      lines.push(released ? (passed ? '处置已到期解除，其后没有新的命中' : '处置解除后又有命中') : '没有执行过的处置可供复验')
    }
    return { passed, lines }
  }

  private async listed(device: Parameters<Devices['firewall']>[0], ip: string): Promise<boolean | string> {
    try {
      return await isListed(this.needs.devices.firewall(device).firewall, ip)
    } catch (error) {
      return isAppError(error) ? error.code : 'INTERNAL'
    }
  }
}
