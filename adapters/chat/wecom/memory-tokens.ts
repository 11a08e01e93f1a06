// A TokenStore in memory for the tests beside it; the real one keeps tokens sealed in the database.
import type { StoredToken, TokenStore } from '../../../core/ports/token-store.js'

export function memoryTokens(now: () => number): TokenStore & { readonly kept: Map<string, StoredToken> } {
  const kept = new Map<string, StoredToken>()
  const running = new Map<string, Promise<StoredToken>>()
  return {
    kept,
    async token(key, fetch, refused) {
      const present = kept.get(key)
      if (present && present.value !== refused && Date.parse(present.expiresAt) > now()) return present.value
      const fetching = running.get(key) ?? fetch().finally(() => running.delete(key))
      running.set(key, fetching)
      const fresh = await fetching
      kept.set(key, fresh)
      return fresh.value
    },
  }
}
