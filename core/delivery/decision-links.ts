// Signed one-time links: the third way to decide, as good as the button and the typed command, bound to person, tenant and disposal.
import { createHash, randomBytes } from 'node:crypto'
import { AppError } from '../errors.js'
import type { Clock } from '../ports/clock.js'
import { instant } from '../ports/clock.js'
import type { Transactions, Tx } from '../ports/transaction.js'
import type { Actor } from '../tenants/actor.js'
import type { Person } from '../tenants/tenant.js'
import type { Disposal } from '../disposal/disposal.js'
import type { DisposalService } from '../disposal/disposal-service.js'
import { withDelegation } from '../tenants/delegation.js'
import type { DecisionLink } from './delivery.js'

interface Needs {
  readonly transactions: Transactions
  readonly clock: Clock
  readonly disposals: DisposalService
  /** Where people reach the web server; without it there are no links. */
  readonly publicUrl: string | undefined
}

export class DecisionLinks {
  constructor(private readonly needs: Needs) {}

  /** The address for this person; undefined when there is no PUBLIC_URL or the disposal no longer waits. */
  async make(tx: Tx, person: Person, number: string): Promise<string | undefined> {
    if (this.needs.publicUrl === undefined) return undefined
    const disposal = await tx.disposals.first(person.tenantId, { number, state: 'requested' })
    if (!disposal) return undefined
    const secret = randomBytes(32).toString('base64url')
    const { tenantId, userId } = person
    await tx.links.insert({
      id: hashed(secret),
      tenantId,
      userId,
      disposal: number,
      expiresAt: disposal.expiresAt,
      usedAt: null,
      createdAt: tx.at,
    })
    return `${this.needs.publicUrl.replace(/\/$/, '')}/d/${secret}`
  }

  /** What the page shows before anything happens. @throws LINK_INVALID */
  async look(secret: string): Promise<{ disposal: Disposal; person: Person }> {
    const link = await this.find(secret)
    return this.needs.transactions.read(async t => {
      const disposal = await t.disposals.first(link.tenantId, { number: link.disposal })
      const person = await t.people.first(link.tenantId, { userId: link.userId })
      if (!disposal || !person) throw new AppError('LINK_INVALID')
      return { disposal, person }
    })
  }

  /**
   * Decides as the person the link was made for; whatever the outcome, the link is used up.
   * @throws LINK_INVALID, and what DisposalService.decide refuses
   */
  async decide(secret: string, agreed: boolean, traceId: string): Promise<Disposal> {
    const link = await this.find(secret)
    const now = instant(this.needs.clock.now())
    const person = await this.needs.transactions.run(async tx => {
      if ((await tx.links.update(link.tenantId, { id: link.id, usedAt: null }, { usedAt: now })) === 0) throw new AppError('LINK_INVALID')
      const person = await tx.people.first(link.tenantId, { userId: link.userId })
      return person && withDelegation(tx, person, tx.at)
    })
    // The person may have left or changed roles since: their rights of now count.
    if (!person) throw new AppError('LINK_INVALID')
    const actor: Actor = { userId: person.userId, name: person.name, role: person.role, tenantId: person.tenantId, channel: 'web', traceId }
    return (await this.needs.disposals.decide(actor, link.tenantId, link.disposal, agreed)).disposal
  }

  private async find(secret: string): Promise<DecisionLink> {
    if (!/^[0-9A-Za-z_-]{43}$/.test(secret)) throw new AppError('LINK_INVALID')
    const link = (await this.needs.transactions.read(t => t.links.acrossTenantsFind({ id: hashed(secret) }, { limit: 1 })))[0]
    if (!link || link.usedAt !== null || link.expiresAt <= instant(this.needs.clock.now())) throw new AppError('LINK_INVALID')
    return link
  }
}

/** The address itself is never stored: who reads the database cannot decide. */
function hashed(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
