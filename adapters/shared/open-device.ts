// From a device row to a driver that can be used; called by app/compose.ts, so that no caller forgets to check the configuration.
import type { z } from 'zod'
import { misconfigured } from './ssh-address.js'

interface Driver<Context, Config, Device> {
  readonly config: z.ZodType<Config>
  configure(context: Context): unknown
  connect(config: Config): Device
}

/** @throws DEVICE_MISCONFIGURED when address or credential are not what the driver needs */
export function openDevice<Context extends { readonly address: string }, Config, Device>(
  driver: Driver<Context, Config, Device>,
  context: Context,
): Device {
  const parsed = driver.config.safeParse(driver.configure(context))
  if (parsed.success) return driver.connect(parsed.data)
  // Only the names of the faulty fields: their values may be secrets.
  const fields = [...new Set(parsed.error.issues.map(issue => issue.path.join('.') || '配置'))].join('、')
  throw misconfigured(context.address.slice(0, 200), `${fields} 不正确`)
}
