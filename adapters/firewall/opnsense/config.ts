// What a device row of this kind must say; used by the driver.
import { z } from 'zod'
import { DeviceWeb } from '../../shared/device-http.js'

const SECRET = /^[\x21-\x39\x3b-\x7e]{8,200}$/
export const OpnsenseConfig = z.object({
  web: DeviceWeb,
  key: z.string().regex(SECRET),
  secret: z.string().regex(SECRET),
  alias: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,31}$/),
})
export type OpnsenseConfig = z.infer<typeof OpnsenseConfig>
