// An approver who is away gives the word to a colleague until a day (domain.md 17, rule 3): it ends by itself and can be taken back.
import { AppError } from '../errors.js'
import type { Instant } from '../ports/clock.js'
import type { Tables, Transactions } from '../ports/transaction.js'
import { authorise, describe, type Actor } from './actor.js'
import { daySpan, localDay } from './local-time.js'
import type { Role } from './roles.js'
import { PLATFORM, type Delegation, type Person } from './tenant.js'

export const MOST_DELEGATED_DAYS = 90

/** Who may decide already gains nothing. */
const deciding: readonly Role[] = ['owner', 'approver']

/** The person with the rights that were lent to them at this moment; staff never get any. */
export async function withDelegation(t: Pick<Tables, 'delegations' | 'people'>, person: Person, at: Instant): Promise<Person> {
  if (person.tenantId === PLATFORM || deciding.includes(person.role)) return person
  const lent = (
    await t.delegations.find(person.tenantId, { toUser: person.userId, revokedAt: null, until: { atLeast: at } }, { limit: 20 })
  ).filter(row => row.until > at)
  for (const { fromUser } of lent) {
    const from = await t.people.first(person.tenantId, { userId: fromUser })
    // Who lost the right cannot lend it.
    if (from && deciding.includes(from.role)) return { ...person, role: 'approver', name: `${person.name}（代${from.name}）` }
  }
  return person
}

export class DelegationService {
  constructor(private readonly transactions: Transactions) {}

  /**
   * @param name the colleague's name or userid @param day last day, `YYYY-MM-DD` in the tenant's zone
   * @throws NOT_ALLOWED, NOT_FOUND, ARGUMENT_INVALID
   */
  async delegate(actor: Actor, tenantId: string, name: string, day: string): Promise<{ delegation: Delegation; person: Person }> {
    authorise(actor, 'delegate', tenantId)
    return this.transactions.run(async tx => {
      const tenant = await tx.tenants.get(tenantId, tenantId)
      const own = await tx.people.first(tenantId, { userId: actor.userId })
      // What is lent is not lent on.
      if (!own || !deciding.includes(own.role)) throw new AppError('NOT_ALLOWED', { who: '客户授权人或客户主管本人' })
      const person = (await tx.people.find(tenantId, {}, { limit: 500 })).find(
        item => item.name === name || item.userId === name.toLowerCase(),
      )
      if (!person || person.userId === actor.userId) throw new AppError('NOT_FOUND', { what: `本单位登记的“${name.slice(0, 20)}”` })
      const zone = tenant?.timeZone ?? 'Asia/Shanghai'
      const end = daySpan(day, day, zone).to
      const days = (end - Date.parse(tx.at)) / 86_400_000
      if (!(days > 0 && days <= MOST_DELEGATED_DAYS + 1))
        throw new AppError('ARGUMENT_INVALID', {
          value: day,
          what: `结束日期（今天起 ${MOST_DELEGATED_DAYS} 天内）`,
          example: '委托 周老师 到 12月5日',
        })
      await tx.delegations.update(tenantId, { fromUser: actor.userId, toUser: person.userId, revokedAt: null }, { revokedAt: tx.at })
      const delegation: Delegation = {
        id: tx.id(),
        tenantId,
        fromUser: actor.userId,
        toUser: person.userId,
        until: new Date(end).toISOString(),
        revokedAt: null,
        createdAt: tx.at,
      }
      await tx.delegations.insert(delegation)
      tx.audit({
        tenantId,
        actor: actor.userId,
        action: 'delegation.given',
        subject: person.userId,
        details: { until: delegation.until, day: localDay(delegation.createdAt, zone), channel: actor.channel },
        traceId: actor.traceId,
      })
      tx.announce({
        tenantId,
        kind: 'delegation-changed',
        refs: { text: `${describe(actor)} 委托 ${person.name} 代为审批，至 ${day}（含）` },
        key: `delegated:${delegation.id}`,
      })
      return { delegation, person }
    })
  }

  /** Takes back all that this person lent. @returns how many */
  async revoke(actor: Actor, tenantId: string): Promise<number> {
    authorise(actor, 'delegate', tenantId)
    return this.transactions.run(async tx => {
      const count = await tx.delegations.update(
        tenantId,
        { fromUser: actor.userId, revokedAt: null, until: { atLeast: tx.at } },
        { revokedAt: tx.at },
      )
      if (count > 0) {
        tx.audit({
          tenantId,
          actor: actor.userId,
          action: 'delegation.revoked',
          subject: actor.userId,
          details: { count },
          traceId: actor.traceId,
        })
        tx.announce({
          tenantId,
          kind: 'delegation-changed',
          refs: { text: `${describe(actor)} 收回了审批委托` },
          key: `revoked:${actor.userId}:${tx.at}`,
        })
      }
      return count
    })
  }
}
