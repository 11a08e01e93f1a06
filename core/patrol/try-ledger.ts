// How many passwords may still be tried on an account before it could be locked: one row for each account, over all engines, runs and days.
// Tries are spent before they are made, so that no crash, no second engine and no second process can exceed the bound.
import { createHash } from 'node:crypto'
import type { Transactions } from '../ports/transaction.js'

export interface TryLimit {
  readonly windowSeconds: number
  /** In any window of that length: the customer's lock-out threshold minus one, at most. */
  readonly tries: number
}

/** 3 tries in 30 minutes (scanners.md 2) and 12 in a day. */
export const defaultLimits: readonly TryLimit[] = [
  { windowSeconds: 1800, tries: 3 },
  { windowSeconds: 86_400, tries: 12 },
]

export interface Account {
  readonly tenantId: string
  readonly address: string
  readonly login: string
}

/** Accounts of a domain are one account on every machine; others belong to their machine, whatever the service. */
export function accountOf({ address, login }: Pick<Account, 'address' | 'login'>): string {
  const name = login.trim().toLowerCase()
  return /[\\@]/.test(name) ? name : `${address}|${name}`
}

/** How often another process may come first before no tries are granted at all. */
const MOST_RACES = 20

export class TryLedger {
  constructor(private readonly needs: { readonly transactions: Transactions; readonly limits?: readonly TryLimit[] }) {}

  /** Grants and spends at most `wanted` tries; 0 when the account must rest. */
  async reserve(account: Account, wanted: number, by: { readonly engine: string; readonly run: string }): Promise<number> {
    const { tenantId } = account
    const name = accountOf(account)
    const id = createHash('sha256')
      .update(JSON.stringify([tenantId, name]))
      .digest('hex')
    const limits = this.needs.limits ?? defaultLimits
    for (let race = 0; race < MOST_RACES; race++) {
      const granted = await this.needs.transactions.run(async tx => {
        const now = Date.parse(tx.at)
        const row = await tx.passwordTries.get(tenantId, id)
        const longest = Math.max(...limits.map(limit => limit.windowSeconds))
        // A try in the future (a clock set back) counts as made now.
        const entries = (row?.entries ?? []).filter(entry => entry.at > now - longest * 1000)
        const left = limits.map(limit => limit.tries - spent(entries, now - limit.windowSeconds * 1000))
        const grant = Math.max(0, Math.min(Math.floor(wanted), ...left))
        if (grant === 0) return 0
        const next = [...entries, { at: now, tries: grant, ...by }]
        const set = { entries: next, version: (row?.version ?? 0) + 1, updatedAt: tx.at }
        if (!row) return (await tx.passwordTries.insertIfAbsent({ id, tenantId, account: name.slice(0, 300), ...set })) ? grant : undefined
        return (await tx.passwordTries.update(tenantId, { id, version: row.version }, set)) === 1 ? grant : undefined
      })
      if (granted !== undefined) return granted
    }
    return 0
  }
}

function spent(entries: readonly { readonly at: number; readonly tries: number }[], since: number): number {
  return entries.filter(entry => entry.at > since).reduce((sum, entry) => sum + entry.tries, 0)
}
