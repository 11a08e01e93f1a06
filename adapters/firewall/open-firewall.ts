// From a device row to a firewall that can be used; called by app/compose.ts, so that no caller forgets to check the configuration.
import { AppError } from '../../core/errors.js'
import type { Firewall, FirewallContext, FirewallDriver } from '../../core/ports/firewall.js'

/** @throws DEVICE_MISCONFIGURED when address or credential are not what the driver needs */
export function openFirewall(driver: FirewallDriver, context: FirewallContext): Firewall {
  const parsed = driver.config.safeParse(driver.configure(context))
  if (!parsed.success) {
    // Only the names of the faulty fields: their values may be secrets.
    const fields = [...new Set(parsed.error.issues.map(issue => issue.path.join('.') || '配置'))].join('、')
    throw new AppError('DEVICE_MISCONFIGURED', { device: context.address, problem: `${fields} 不正确` })
  }
  return driver.connect(parsed.data)
}
