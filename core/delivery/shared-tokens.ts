// Access tokens in the database: fetched once per life, whichever process needs one first; the others wait for it. Made by app/compose.ts.
import { AppError } from '../errors.js'
import type { Clock } from '../ports/clock.js'
import { instant } from '../ports/clock.js'
import type { Secrets } from '../ports/secrets.js'
import type { StoredToken, TokenStore } from '../ports/token-store.js'
import type { Transactions } from '../ports/transaction.js'
import { PLATFORM } from '../tenants/tenant.js'

/** A token that ends sooner is not handed out any more (milliseconds). */
const MARGIN = 60_000
/** Somebody who fetches for longer has died. */
const FETCH_LIMIT = 15_000
const LOOK_AGAIN = 150

export class SharedTokens implements TokenStore {
  constructor(private readonly needs: { transactions: Transactions; secrets: Secrets; clock: Clock }) {}

  async token(key: string, fetch: () => Promise<StoredToken>, refused?: string): Promise<string> {
    const giveUpAt = this.needs.clock.now() + 2 * FETCH_LIMIT
    for (;;) {
      const known = await this.known(key)
      if (known !== undefined && known !== refused) return known
      if (await this.mayFetch(key)) return this.fetched(key, fetch)
      if (this.needs.clock.now() > giveUpAt) throw new AppError('CHAT_UNREACHABLE', { token: key })
      await new Promise(resolve => setTimeout(resolve, LOOK_AGAIN))
    }
  }

  private async known(key: string): Promise<string | undefined> {
    const row = await this.needs.transactions.read(t => t.tokens.get(PLATFORM, key))
    if (!row?.sealed || row.expiresAt === null || Date.parse(row.expiresAt) <= this.needs.clock.now() + MARGIN) return undefined
    return this.needs.secrets.open(row.sealed, `token:${key}`)
  }

  /** Exactly one process sees one changed row. */
  private async mayFetch(key: string): Promise<boolean> {
    const now = this.needs.clock.now()
    const fetchingUntil = instant(now + FETCH_LIMIT)
    return this.needs.transactions.run(async tx => {
      if (await tx.tokens.insertIfAbsent({ id: key, tenantId: PLATFORM, sealed: null, expiresAt: null, fetchingUntil })) return true
      if ((await tx.tokens.update(PLATFORM, { id: key, fetchingUntil: null }, { fetchingUntil })) === 1) return true
      return (await tx.tokens.update(PLATFORM, { id: key, fetchingUntil: { below: instant(now) } }, { fetchingUntil })) === 1
    })
  }

  private async fetched(key: string, fetch: () => Promise<StoredToken>): Promise<string> {
    try {
      const { value, expiresAt } = await fetch()
      const sealed = this.needs.secrets.seal(value, `token:${key}`)
      await this.needs.transactions.run(tx => tx.tokens.update(PLATFORM, { id: key }, { sealed, expiresAt, fetchingUntil: null }))
      return value
    } catch (error) {
      await this.needs.transactions.run(tx => tx.tokens.update(PLATFORM, { id: key }, { sealed: null, fetchingUntil: null }))
      throw error
    }
  }
}
