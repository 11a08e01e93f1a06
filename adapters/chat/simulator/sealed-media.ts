// Encrypts what a member sends a robot as WeCom does (doc 100719): AES-256-CBC, IV the key's first half, PKCS7 to blocks of 32 bytes. Used by sandbox.ts.
import { createCipheriv } from 'node:crypto'

export function sealFile(bytes: Buffer, key: Buffer): Buffer {
  const pad = 32 - (bytes.length % 32)
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  return Buffer.concat([cipher.update(bytes), cipher.update(Buffer.alloc(pad, pad)), cipher.final()])
}
