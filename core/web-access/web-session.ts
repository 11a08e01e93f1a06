// What is kept of those who may look at the big screen: the digest of a password, the digest of a session.
import type { Instant } from '../ports/clock.js'

/** The newest password of a person; `id` is the person's id. */
export interface WebPassword {
  readonly id: string
  readonly tenantId: string
  readonly hash: string
  /** Wrong tries since the last right one. */
  readonly failures: number
  readonly lockedUntil: Instant | null
  readonly updatedAt: Instant
}

export interface WebSession {
  /** SHA-256 of the secret, hex: the secret itself is only with the browser. */
  readonly id: string
  readonly tenantId: string
  readonly personId: string
  /** `link` logs in once and is then gone. */
  readonly kind: 'session' | 'link'
  readonly expiresAt: Instant
}
