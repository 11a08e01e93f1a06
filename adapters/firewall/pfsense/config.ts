// What a device row of this kind must say; used by the driver.
import { z } from 'zod'
import { DeviceWeb } from '../../shared/device-http.js'

export const PfsenseConfig = z.object({
  web: DeviceWeb,
  apiKey: z.string().regex(/^[\x21-\x7e]{8,200}$/),
  alias: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,30}$/),
})
export type PfsenseConfig = z.infer<typeof PfsenseConfig>
