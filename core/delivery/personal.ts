// What one person wants to be told directly (ringing lines, application messages, mails of the second road): own wishes, and who is left of many.
import type { Tables } from '../ports/transaction.js'
import type { Priority } from '../tickets/ticket.js'
import type { Person, Tenant } from '../tenants/tenant.js'
import { quietEnd, type PersonalPreference } from './attention.js'

export const defaultPersonal: PersonalPreference = { muted: [], atLeast: 'P4', quiet: null, wakes: 'P1', channel: 'app' }

export function personScope(userId: string): string {
  return `user:${userId}`
}

/** Of each of these people, in their order. A person's wishes stand at their own tenant. */
export async function personalOf(tables: Tables, people: readonly Pick<Person, 'tenantId' | 'userId'>[]): Promise<PersonalPreference[]> {
  return Promise.all(
    people.map(async ({ tenantId, userId }) => {
      const row = await tables.preferences.first(tenantId, { scope: personScope(userId) })
      return { ...defaultPersonal, ...(row?.settings as Partial<PersonalPreference> | undefined) }
    }),
  )
}

export interface PersonalAsked {
  /** Null: leave is asked for, or a running case; that is as grave as P1. */
  readonly level: Priority | null
  readonly topic: string
  readonly now: number
  readonly zone: string
}

const order: readonly Priority[] = ['P1', 'P2', 'P3', 'P4']
const reaches = (level: Priority, bar: Priority) => order.indexOf(level) <= order.indexOf(bar)

export function wantsPersonally(asked: PersonalAsked, wish: PersonalPreference): boolean {
  const level = asked.level ?? 'P1'
  if (wish.quiet !== null && !reaches(level, wish.wakes) && quietEnd(wish.quiet, asked.now, asked.zone) !== undefined) return false
  if (level === 'P1') return true
  return !wish.muted.includes(asked.topic) && reaches(level, wish.atLeast)
}

/** Whether the person sleeps now, whatever it is about: somebody else may be asked first. */
export function isQuiet(wish: PersonalPreference, now: number, zone: string): boolean {
  return wish.quiet !== null && quietEnd(wish.quiet, now, zone) !== undefined
}

/**
 * Those of the people who want it, in their order. Of the gravest and of requests for leave somebody is always left: first who is not in
 * quiet hours, and when all are, everybody.
 */
export async function willing<P extends Pick<Person, 'tenantId' | 'userId'>>(
  tables: Tables,
  tenant: Pick<Tenant, 'timeZone'>,
  people: readonly P[],
  about: Pick<PersonalAsked, 'level' | 'topic' | 'now'>,
): Promise<P[]> {
  const wishes = await personalOf(tables, people)
  const asked = { ...about, zone: tenant.timeZone }
  const isGravest = asked.level === null || asked.level === 'P1'
  const wanted = people.filter((_, index) => wantsPersonally(asked, wishes[index] ?? defaultPersonal))
  if (!isGravest) return wanted
  const awake = people.filter((_, index) => !isQuiet(wishes[index] ?? defaultPersonal, asked.now, asked.zone))
  return awake.length > 0 ? awake : [...people]
}
