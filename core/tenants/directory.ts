// Who is who and where: identifies the person behind a message, the tenant of a group, a source by its token.
import { AppError } from '../errors.js'
import { instant, systemClock, type Clock, type Instant } from '../ports/clock.js'
import { withDelegation } from './delegation.js'
import type { Transactions } from '../ports/transaction.js'
import { PLATFORM, type Group, type Person, type Tenant } from './tenant.js'

export interface Identified {
  readonly group: Group | undefined
  /** The person as known in the group's tenant, or as staff. */
  readonly person: Person
  /** The group's tenant; undefined in staff rooms and for staff in single chats. */
  readonly tenant: Tenant | undefined
}

export class Directory {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock = systemClock,
  ) {}

  private now(): Instant {
    return instant(this.clock.now())
  }

  /** @throws NOT_KNOWN_HERE when the chat or the person is not declared */
  async identify(chatId: string, chatType: 'group' | 'single', userId: string): Promise<Identified> {
    const user = userId.toLowerCase()
    return this.transactions.read(async t => {
      const staff = await t.people.first(PLATFORM, { userId: user })
      if (chatType === 'single') {
        const customers = staff
          ? []
          : (await t.people.acrossTenantsFind({ userId: user }, { limit: 2 })).filter(person => person.tenantId !== PLATFORM)
        const person = staff ?? customers[0]
        // The same userid at two customers is two people: in a single chat it cannot be told which.
        if (!person || customers.length > 1) throw new AppError('NOT_KNOWN_HERE')
        return {
          group: undefined,
          person: await withDelegation(t, person, this.now()),
          tenant: staff ? undefined : await t.tenants.get(person.tenantId, person.tenantId),
        }
      }
      const group = (await t.groups.acrossTenantsFind({ chatId }, { limit: 1 }))[0]
      if (!group) throw new AppError('NOT_KNOWN_HERE')
      if (group.kind === 'ops' || group.kind === 'expert') {
        if (!staff) throw new AppError('NOT_KNOWN_HERE')
        return { group, person: staff, tenant: undefined }
      }
      const person = (await t.people.first(group.tenantId, { userId: user })) ?? staff
      if (!person) throw new AppError('NOT_KNOWN_HERE')
      return { group, person: await withDelegation(t, person, this.now()), tenant: await t.tenants.get(group.tenantId, group.tenantId) }
    })
  }

  /** Of a group that may not be declared: whether it is, and the member of staff who speaks there. */
  async stranger(chatId: string, userId: string): Promise<{ known: boolean; person: Person | undefined }> {
    return this.transactions.read(async t => ({
      known: (await t.groups.acrossTenantsFind({ chatId }, { limit: 1 })).length > 0,
      person: await t.people.first(PLATFORM, { userId: userId.toLowerCase() }),
    }))
  }

  async tenantByCode(code: string): Promise<Tenant | undefined> {
    return (await this.transactions.read(t => t.tenants.acrossTenantsFind({ code }, { limit: 1 })))[0]
  }

  async tenant(tenantId: string): Promise<Tenant | undefined> {
    return this.transactions.read(t => t.tenants.get(tenantId, tenantId))
  }

  /** For staff rooms, schedulers and the shard map: every customer. */
  async acrossTenantsList(): Promise<Tenant[]> {
    return this.transactions.read(t => t.tenants.acrossTenantsFind({ code: { not: PLATFORM } }, { order: { code: 'asc' } }))
  }

  async people(tenantId: string): Promise<Person[]> {
    return this.transactions.read(t => t.people.find(tenantId, {}, { order: { userId: 'asc' } }))
  }
}
