// Passwords by argon2id with the first parameters OWASP's password storage cheat sheet recommends: 19 MiB, two passes, one lane.
import { hash, verify } from '@node-rs/argon2'
import type { PasswordHasher } from '../../core/ports/password-hasher.js'

/** `Algorithm.Argon2id` of the package, an enum that exists for the compiler only. */
const ARGON2ID = 2
const OPTIONS = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

export const argon2Hasher: PasswordHasher = {
  hash: password => hash(password, OPTIONS),
  verify: (stored, password) => verify(stored, password).catch(() => false),
}
