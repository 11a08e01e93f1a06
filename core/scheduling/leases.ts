// Who does what only one may do: a row per thing, held for some seconds and renewed; shards, robots and the scheduler use it.
import type { Clock } from '../ports/clock.js'
import { instant } from '../ports/clock.js'
import type { Tables, Transactions } from '../ports/transaction.js'
import { PLATFORM } from '../tenants/tenant.js'

export class Leases {
  constructor(private readonly needs: { transactions: Transactions; clock: Clock; owner: string }) {}

  /** Takes or renews; false when somebody else holds it. */
  async hold(name: string, seconds: number): Promise<boolean> {
    const { owner } = this.needs
    const now = this.needs.clock.now()
    const until = instant(now + seconds * 1000)
    return this.needs.transactions.run(async tx => {
      if ((await tx.leases.update(PLATFORM, { id: name, owner }, { until })) === 1) return true
      if ((await tx.leases.update(PLATFORM, { id: name, until: { below: instant(now) } }, { owner, until })) === 1) return true
      return tx.leases.insertIfAbsent({ id: name, tenantId: PLATFORM, owner, until })
    })
  }

  /** Renews everything of ours whose name begins with `prefix`, in one statement; returns the names that are still ours. */
  async renewAll(prefix: string, seconds: number): Promise<string[]> {
    const { owner } = this.needs
    const until = instant(this.needs.clock.now() + seconds * 1000)
    return this.needs.transactions.run(async tx => {
      await tx.leases.update(PLATFORM, { id: { startsWith: prefix }, owner }, { until })
      return (await tx.leases.find(PLATFORM, { id: { startsWith: prefix }, owner })).map(row => row.id)
    })
  }

  /** Lets go at once, so that another need not wait for the lease to run out. */
  async release(name: string): Promise<void> {
    await this.needs.transactions.run(tx => tx.leases.remove(PLATFORM, { id: name, owner: this.needs.owner }))
  }

  /** Names beginning with `prefix` that somebody holds now, with the owner. */
  async held(prefix: string): Promise<readonly { name: string; owner: string }[]> {
    const now = instant(this.needs.clock.now())
    const rows = await this.needs.transactions.read(t => t.leases.find(PLATFORM, { id: { startsWith: prefix }, until: { atLeast: now } }))
    return rows.map(row => ({ name: row.id, owner: row.owner }))
  }

  /** Inside a transaction: is the thing still ours? A process that was frozen past its lease must not write. */
  async isOurs(tables: Tables, name: string): Promise<boolean> {
    // An update, not a look: the row stays locked until the transaction ends, so nobody takes it in between.
    return (await tables.leases.update(PLATFORM, { id: name, owner: this.needs.owner }, { owner: this.needs.owner })) === 1
  }
}
