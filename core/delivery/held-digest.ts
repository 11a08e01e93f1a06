// What was held back (quiet hours, budgets) is told in one message per group when its time has come; every line keeps its number.
import type { Clock } from '../ports/clock.js'
import { instant } from '../ports/clock.js'
import type { Logger } from '../ports/logger.js'
import type { Transactions } from '../ports/transaction.js'
import type { Delivery } from './delivery.js'
import { mergeIntoDigest } from './merge.js'

/** A robot's Markdown takes 20,480 bytes (doc 101463); a person does not read that much. */
const MAX_BYTES = 6000
const MOST = 5000

export class DigestMaker {
  constructor(private readonly needs: { transactions: Transactions; clock: Clock; logger: Logger }) {}

  async runDue(): Promise<number> {
    const now = instant(this.needs.clock.now())
    const due = await this.needs.transactions.read(t =>
      t.deliveries.acrossTenantsFind({ state: 'held', heldUntil: { atMost: now } }, { order: { heldUntil: 'asc' }, limit: 200 }),
    )
    let made = 0
    for (const chatId of new Set(due.map(row => row.chatId))) {
      try {
        made += await this.make(chatId)
      } catch (error) {
        this.needs.logger.error({ error, chatId }, 'digest could not be made; tried again')
      }
    }
    return made
  }

  /** Everything that waits in the group goes along: a second digest a minute later would be worse than a full one. */
  private make(chatId: string): Promise<number> {
    return this.needs.transactions.run(async tx => {
      const held = await tx.deliveries.acrossTenantsFind({ state: 'held', chatId }, { order: { lane: 'asc', id: 'asc' }, limit: MOST })
      if (held.length === 0) return 0
      return (await mergeIntoDigest(tx, held, title(held), MAX_BYTES)) ? 1 : 0
    })
  }
}

function title(held: readonly Delivery[]): string {
  return held.some(row => row.heldWhy === 'quiet-hours')
    ? '静默时段汇总'
    : held.every(row => row.heldWhy === 'low-level')
      ? '低级别汇总'
      : '消息汇总'
}
