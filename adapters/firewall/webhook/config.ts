// What a device row of this kind must say; used by the driver.
import { z } from 'zod'
import { DeviceWeb } from '../../shared/device-http.js'

export const WebhookConfig = z.object({
  web: DeviceWeb,
  secret: z.string().min(16).max(256),
  path: z.string().regex(/^\/[A-Za-z0-9/_.~%-]{0,300}$/),
})
export type WebhookConfig = z.infer<typeof WebhookConfig>
