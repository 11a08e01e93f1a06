// Access tokens of services, fetched once per life across all processes; adapters ask, the database keeps them sealed.
import type { Instant } from './clock.js'

export interface StoredToken {
  readonly value: string
  readonly expiresAt: Instant
}

export interface TokenStore {
  /**
   * The present token, or a new one from `fetch`, which runs in exactly one process at a time; the others wait and get its result.
   * @param key e.g. `wecom-app:<corp>:<agent>`
   * @param refused a token the service no longer takes: it is not given again
   */
  token(key: string, fetch: () => Promise<StoredToken>, refused?: string): Promise<string>
}
