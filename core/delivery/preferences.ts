// What each group wants to be told: the industry's default, the customer's declaration, then the group's own wishes. Asked for every message that is not an answer.
import type { Tables, Transactions } from '../ports/transaction.js'
import { authorise, type Actor } from '../tenants/actor.js'
import type { Industry, Tenant } from '../tenants/tenant.js'
import { defaultPreference, type Preference } from './attention.js'

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
  return { ...defaultPreference, ...byIndustry[tenant.industry], ...tenant.settings.attention, ...row?.settings }
}

export class PreferenceService {
  constructor(private readonly transactions: Transactions) {}

  async of(tenant: Tenant, chatId: string): Promise<Preference> {
    return this.transactions.read(t => preferenceOf(t, tenant, chatId))
  }

  /** @returns the preference as it stands now */
  async change(actor: Actor, tenant: Tenant, chatId: string, change: (now: Preference) => Partial<Preference>): Promise<Preference> {
    authorise(actor, 'set-preferences', tenant.id)
    return this.transactions.run(async tx => {
      const before = await preferenceOf(tx, tenant, chatId)
      const own = await tx.preferences.first(tenant.id, { scope: groupScope(chatId) })
      const wished = change(before)
      const settings = { ...own?.settings, ...wished }
      if (own) await tx.preferences.update(tenant.id, { id: own.id }, { settings, updatedAt: tx.at })
      else await tx.preferences.insert({ id: tx.id(), tenantId: tenant.id, scope: groupScope(chatId), settings, updatedAt: tx.at })
      tx.audit({
        tenantId: tenant.id,
        actor: actor.userId,
        action: 'preference.changed',
        subject: chatId.slice(0, 64),
        details: { ...wished },
      })
      return { ...before, ...wished }
    })
  }
}
