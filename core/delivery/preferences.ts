// What each group wants to be told: the industry's default, the customer's declaration, then the group's own wishes. Asked for every message that is not an answer.
import type { Tables, Transactions, Tx } from '../ports/transaction.js'
import { authorise, type Actor } from '../tenants/actor.js'
import type { Industry, Person, Tenant } from '../tenants/tenant.js'
import { defaultPreference, type PersonalPreference, type Preference } from './attention.js'
import { defaultPersonal, personalOf, personScope } from './personal.js'

/** Where the ordinary default would be wrong: a hospital is awake at night, a bank wants to hear of the second level too. */
const byIndustry: Readonly<Partial<Record<Industry, Partial<Preference>>>> = {
  healthcare: { wakes: 'P2' },
  finance: { wakes: 'P2', perHour: 10, perDay: 50 },
  energy: { wakes: 'P2' },
  telecom: { perHour: 10, perDay: 60 },
}

export function groupScope(chatId: string): string {
  return `group:${chatId}`
}

export async function preferenceOf(tables: Tables, tenant: Tenant, chatId: string): Promise<Preference> {
  const row = await tables.preferences.first(tenant.id, { scope: groupScope(chatId) })
  return {
    ...defaultPreference,
    ...byIndustry[tenant.industry],
    ...tenant.settings.attention,
    ...(row?.settings as Partial<Preference> | undefined),
  }
}

export class PreferenceService {
  constructor(private readonly transactions: Transactions) {}

  async of(tenant: Tenant, chatId: string): Promise<Preference> {
    return this.transactions.read(t => preferenceOf(t, tenant, chatId))
  }

  async ofPerson(person: Pick<Person, 'tenantId' | 'userId'>): Promise<PersonalPreference> {
    return (await this.transactions.read(t => personalOf(t, [person])))[0] ?? defaultPersonal
  }

  /** @returns the preference as it stands now */
  async change(actor: Actor, tenant: Tenant, chatId: string, change: (now: Preference) => Partial<Preference>): Promise<Preference> {
    authorise(actor, 'set-preferences', tenant.id)
    return this.transactions.run(async tx => {
      const before = await preferenceOf(tx, tenant, chatId)
      const wished = change(before)
      await keep(tx, actor, tenant.id, groupScope(chatId), chatId, wished)
      return { ...before, ...wished }
    })
  }

  /** Anybody may say what they themselves want to hear. @returns the preference as it stands now */
  async changeOwn(actor: Actor, change: (now: PersonalPreference) => Partial<PersonalPreference>): Promise<PersonalPreference> {
    return this.transactions.run(async tx => {
      const [before = defaultPersonal] = await personalOf(tx, [actor])
      const wished = change(before)
      await keep(tx, actor, actor.tenantId, personScope(actor.userId), actor.userId, wished)
      return { ...before, ...wished }
    })
  }
}

async function keep(
  tx: Tx,
  actor: Actor,
  tenantId: string,
  scope: string,
  subject: string,
  wished: Partial<Preference> | Partial<PersonalPreference>,
): Promise<void> {
  const own = await tx.preferences.first(tenantId, { scope })
  const settings = { ...own?.settings, ...wished }
  if (own) await tx.preferences.update(tenantId, { id: own.id }, { settings, updatedAt: tx.at })
  else await tx.preferences.insert({ id: tx.id(), tenantId, scope, settings, updatedAt: tx.at })
  tx.audit({ tenantId, actor: actor.userId, action: 'preference.changed', subject: subject.slice(0, 64), details: { ...wished } })
}
