// The simulated driver, for the embedded start, training and tests; listed in adapters/firewall/index.ts.
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../../core/errors.js'
import { type Clock, systemClock } from '../../../core/ports/clock.js'
import { defineFirewall, type FirewallDriver } from '../../../core/ports/firewall.js'
import { RuleFolder } from './rule-folder.js'
import { SimulatedFirewall } from './simulated-firewall.js'

const SimulatedConfig = z.object({ device: z.string(), name: z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$/) })
export type SimulatedConfig = z.infer<typeof SimulatedConfig>

export interface SimulatedSettings {
  /** Devices keep their rules in folders below this one; it need not exist. */
  readonly folder: string
  readonly clock?: Clock
}

/** The driver whose devices `simulated:<name>` keep their rules in `<folder>/<name>/`. */
export function makeSimulatedFirewall({ folder, clock = systemClock }: SimulatedSettings): FirewallDriver<SimulatedConfig> {
  return defineFirewall<SimulatedConfig>({
    id: 'simulated',
    title: '模拟防火墙',
    config: SimulatedConfig,
    can: { ttl: true, ipv6: true, listing: true, reference: true },
    configure({ address }) {
      const device = address.slice(0, 200)
      const name = address.startsWith('simulated:') ? address.slice('simulated:'.length) : ''
      if (!SimulatedConfig.shape.name.safeParse(name).success) {
        throw new AppError('DEVICE_MISCONFIGURED', { device, problem: '地址应为 simulated:名字' })
      }
      return { device, name }
    },
    connect: ({ device, name }) => new SimulatedFirewall(device, new RuleFolder(join(folder, name)), clock),
  })
}
