// Writes claims and outcomes of sending, those of all conversations together: a commit waits for the disk, and whoever comes meanwhile shares the next.
import type { Transactions, Tx } from '../ports/transaction.js'
import type { Delivery, DeliveryAttempt } from './delivery.js'

export interface Outcome {
  readonly delivery: Delivery
  readonly set: Partial<Omit<Delivery, 'id' | 'tenantId'>>
  readonly attempt: DeliveryAttempt
}

/** What a claim writes besides the number of the try. */
export type ClaimMark = Pick<Delivery, 'state' | 'claimedBy' | 'claimedUntil'>

interface Waiting<Item, Result> {
  readonly item: Item
  resolve(result: Result): void
  reject(error: unknown): void
}
interface Claim {
  readonly rows: readonly Delivery[]
  readonly mark: ClaimMark
}

/** Outcomes and claims in one transaction. */
const MOST = 500

export class DeliveryWriter {
  private readonly outcomes: Waiting<Outcome, void>[] = []
  private readonly claims: Waiting<Claim, Delivery[]>[] = []
  private writing: Promise<void> | undefined
  constructor(private readonly transactions: Transactions) {}

  /** Resolves when it is committed. */
  settle(outcome: Outcome): Promise<void> {
    return this.write(this.outcomes, outcome)
  }

  /** Resolves with those that were still queued, in the order given: nobody else has them. */
  claim(rows: readonly Delivery[], mark: ClaimMark): Promise<Delivery[]> {
    return this.write(this.claims, { rows, mark })
  }

  private write<Item, Result>(list: Waiting<Item, Result>[], item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      list.push({ item, resolve, reject })
      this.writing ??= this.commitAll()
    })
  }

  private async commitAll(): Promise<void> {
    // One turn of the loop lets those in that were acknowledged by the same packet.
    await new Promise<void>(resolve => setImmediate(resolve))
    while (this.outcomes.length > 0 || this.claims.length > 0) {
      const outcomes = this.outcomes.splice(0, MOST)
      const claims = this.claims.splice(0, MOST)
      try {
        const won = await this.transactions.run(async tx => {
          await settleAll(
            tx,
            outcomes.map(waiting => waiting.item),
          )
          return claimAll(
            tx,
            claims.map(waiting => waiting.item),
          )
        })
        for (const waiting of outcomes) waiting.resolve()
        for (const [index, waiting] of claims.entries()) waiting.resolve(won[index] ?? [])
      } catch (error) {
        for (const waiting of [...outcomes, ...claims]) waiting.reject(error)
      }
    }
    // In the same breath as the last look: whoever comes right after must find that nobody is writing.
    this.writing = undefined
  }
}

async function settleAll(tx: Tx, outcomes: readonly Outcome[]): Promise<void> {
  if (outcomes.length === 0) return
  await tx.attempts.insertMany(outcomes.map(outcome => outcome.attempt))
  for (const [set, ids] of alike(outcomes)) await tx.deliveries.acrossTenantsUpdate({ id: { oneOf: ids } }, set)
}

/** Rows that change alike change in one statement: nearly all of them were just sent. */
function alike(outcomes: readonly Outcome[]): [Outcome['set'], string[]][] {
  const groups = new Map<string, [Outcome['set'], string[]]>()
  for (const { delivery, set } of outcomes) {
    const key = JSON.stringify(set)
    const group = groups.get(key)
    if (group) group[1].push(delivery.id)
    else groups.set(key, [set, [delivery.id]])
  }
  return [...groups.values()]
}

/** One conditional update for all that are at the same try with the same mark; who got what is only looked up when somebody was faster. */
async function claimAll(tx: Tx, claims: readonly Claim[]): Promise<Delivery[][]> {
  const groups = new Map<string, { set: ClaimMark & { attempts: number }; ids: string[] }>()
  for (const { rows, mark } of claims)
    for (const row of rows) {
      const set = { ...mark, attempts: row.attempts + 1 }
      const key = JSON.stringify(set)
      const group = groups.get(key)
      if (group) group.ids.push(row.id)
      else groups.set(key, { set, ids: [row.id] })
    }
  const mine = new Set<string>()
  for (const { set, ids } of groups.values()) {
    const won = await tx.deliveries.acrossTenantsUpdate({ id: { oneOf: ids }, state: 'queued' }, set)
    const got =
      won === ids.length
        ? ids
        : (await tx.deliveries.acrossTenantsFind({ id: { oneOf: ids }, state: 'claimed', claimedBy: set.claimedBy })).map(row => row.id)
    for (const id of got) mine.add(id)
  }
  return claims.map(({ rows, mark }) => rows.filter(row => mine.has(row.id)).map(row => ({ ...row, ...mark, attempts: row.attempts + 1 })))
}
