// AES-256-GCM sealing of credentials and the key of the audit chain, both derived from SECRET_KEY by HKDF; made by app/compose.ts.
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { AppError } from '../../core/errors.js'
import type { Secrets } from '../../core/ports/secrets.js'

const VERSION = 'v1'

export function makeSecretBox(secretKey: string): Secrets {
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', secretKey, 'guanjia', purpose, 32))
  const sealing = derive('credentials')
  const chain = derive('audit-chain')
  return {
    seal(plain, context) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', sealing, iv)
      cipher.setAAD(Buffer.from(context))
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return [VERSION, Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')].join('.')
    },
    open(sealed, context) {
      try {
        const [version, data] = sealed.split('.')
        if (version !== VERSION || !data) throw new Error('unknown form')
        const bytes = Buffer.from(data, 'base64url')
        const decipher = createDecipheriv('aes-256-gcm', sealing, bytes.subarray(0, 12))
        decipher.setAAD(Buffer.from(context))
        decipher.setAuthTag(bytes.subarray(12, 28))
        return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
      } catch (cause) {
        throw new AppError('SECRET_UNREADABLE', { context }, { cause })
      }
    },
    chainHash: text => createHmac('sha256', chain).update(text).digest('hex'),
  }
}
