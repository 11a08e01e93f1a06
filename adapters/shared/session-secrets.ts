// Secrets of sessions and login links: 256 random bits, of which only the digest is stored.
import { createHash, randomBytes } from 'node:crypto'
import type { SecretMaker } from '../../core/ports/secret-maker.js'

export const sessionSecrets: SecretMaker = {
  make: () => randomBytes(32).toString('base64url'),
  digest: secret => createHash('sha256').update(secret).digest('hex'),
}
