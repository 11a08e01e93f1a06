// What a device row of this kind must say; used by the driver.
import { z } from 'zod'
import { DeviceWeb } from '../../shared/device-http.js'

const WORD = /^[A-Za-z0-9_-]{1,31}$/
export const FortigateConfig = z.object({
  web: DeviceWeb,
  token: z.string().regex(/^[\x21-\x7e]{8,200}$/),
  vdom: z.string().regex(WORD),
  group: z.string().regex(WORD),
})
export type FortigateConfig = z.infer<typeof FortigateConfig>
