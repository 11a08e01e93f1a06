// What a device row of an SNMP switch must say; used by the driver.
import { z } from 'zod'

const Word = z.string().min(1).max(64)
const Secret = z.string().min(8).max(64)
export const Access = z.union([
  z.strictObject({ community: Word }),
  z.strictObject({
    user: Word,
    authProtocol: z.enum(['sha', 'sha224', 'sha256', 'sha384', 'sha512']).default('sha256'),
    authKey: Secret,
    privProtocol: z.enum(['aes', 'aes256b', 'aes256r']).default('aes'),
    privKey: Secret,
  }),
])
export type Access = z.infer<typeof Access>

export const SnmpSwitchConfig = z.object({
  device: z.string(),
  timeoutMilliseconds: z.number().int().min(1).max(600_000),
  host: z.string().min(1).max(255),
  port: z.number().int().min(1).max(65_535),
  never: z.array(z.string()).max(200),
  access: Access,
})
export type SnmpSwitchConfig = z.infer<typeof SnmpSwitchConfig>
