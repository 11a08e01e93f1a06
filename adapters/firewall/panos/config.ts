// What a device row of this kind must say; used by the driver.
import { z } from 'zod'
import { DeviceWeb } from '../../shared/device-http.js'

export const PanosConfig = z.object({
  web: DeviceWeb,
  apiKey: z.string().regex(/^[\x21-\x7e]{8,1000}$/),
  /** Only what this administrator changed is committed. */
  admin: z.string().regex(/^[A-Za-z0-9_.-]{1,31}$/),
  vsys: z.string().regex(/^vsys\d{1,3}$/),
  tag: z.string().regex(/^[A-Za-z0-9_-]{1,63}$/),
})
export type PanosConfig = z.infer<typeof PanosConfig>
