// Which tenant and which thing a sentence is about: from its numbers, the tenant's code or name, the attacker's address, or because there is only one.
import type { Tables } from '../../core/ports/transaction.js'
import { AppError } from '../../core/errors.js'
import type { Tenant } from '../../core/tenants/tenant.js'
import type { Candidate, Command } from './command.js'
import type { Entities } from './entities.js'

/** As many are offered when several are possible. */
const MOST_CHOICES = 4

export interface Located {
  readonly tenant: Tenant | undefined
  readonly candidate: Candidate
}

interface Question {
  readonly command: Command
  readonly candidate: Candidate
  readonly entities: Entities
  readonly text: string
  /** The tenant of the group, or of the customer in a single chat. */
  readonly home: Tenant | undefined
}

/**
 * @throws OTHER_TENANT when a number belongs to a tenant that is not this conversation's,
 *         CHOICE_NEEDED when several things could be meant
 */
export async function locate(tables: Tables, question: Question): Promise<Located> {
  const { candidate, entities, home } = question
  const numbers = [...new Set([...entities.numbers, candidate.incident, candidate.disposal].filter(item => item !== undefined))]
  const foreign = home && numbers.find(number => codeOf(number) !== home.code)
  if (foreign) throw new AppError('OTHER_TENANT', { number: foreign })
  const tenant = home ?? (await namedTenant(tables, numbers, question.text)) ?? (await tenantOfAttacker(tables, candidate.ip))
  return pick(tables, question.command, candidate, tenant)
}

function codeOf(number: string): string {
  return number.split('-')[1] ?? ''
}

async function namedTenant(tables: Tables, numbers: readonly string[], text: string): Promise<Tenant | undefined> {
  const codes = [...new Set(numbers.map(codeOf))]
  if (codes.length > 1) throw new AppError('CHOICE_NEEDED', { n: numbers.length, choices: numbers.slice(0, MOST_CHOICES).join('、') })
  if (codes.length === 1) {
    const found = (await tables.tenants.acrossTenantsFind({ code: codes[0] ?? '' }, { limit: 1 }))[0]
    if (!found) throw new AppError('NUMBER_NOT_FOUND', { number: numbers[0] })
    return found
  }
  const tenants = await tables.tenants.acrossTenantsFind({})
  const words = new Set(text.toLowerCase().match(/[0-9a-z]+/g) ?? [])
  const named = tenants.filter(tenant => tenant.code !== 'platform' && (words.has(tenant.code) || text.includes(tenant.name)))
  return named.length === 1 ? named[0] : undefined
}

async function tenantOfAttacker(tables: Tables, ip: string | undefined): Promise<Tenant | undefined> {
  if (ip === undefined) return undefined
  const recent = await tables.incidents.acrossTenantsFind({}, { order: { createdAt: 'desc' }, limit: 200 })
  const blocks = await tables.disposals.acrossTenantsFind({ target: ip }, { order: { proposedAt: 'desc' }, limit: 50 })
  const ids = new Set([
    ...recent.filter(incident => incident.attackers.some(attacker => attacker.ip === ip)).map(incident => incident.tenantId),
    ...blocks.map(block => block.tenantId),
  ])
  const [only, another] = [...ids]
  return only !== undefined && another === undefined ? tables.tenants.get(only, only) : undefined
}

async function pick(tables: Tables, command: Command, candidate: Candidate, tenant: Tenant | undefined): Promise<Located> {
  const { incident, disposal } = command.picks ?? {}
  const byAddress = command.picks?.disposal !== undefined && candidate.ip !== undefined
  if (incident && candidate.incident === undefined) {
    const where = { state: { oneOf: incident } }
    const tickets = tenant
      ? await tables.tickets.find(tenant.id, where, { limit: 20, order: { createdAt: 'desc' } })
      : await tables.tickets.acrossTenantsFind(where, { limit: 20, order: { createdAt: 'desc' } })
    const found = await Promise.all(tickets.map(ticket => tables.incidents.get(ticket.tenantId, ticket.subjectId)))
    return choose(tables, found, tenant, number => ({ ...candidate, incident: number }), candidate)
  }
  if (disposal && candidate.disposal === undefined && !byAddress) {
    const where = { state: { oneOf: disposal } }
    const found = tenant
      ? await tables.disposals.find(tenant.id, where, { limit: 20, order: { proposedAt: 'desc' } })
      : await tables.disposals.acrossTenantsFind(where, { limit: 20, order: { proposedAt: 'desc' } })
    return choose(tables, found, tenant, number => ({ ...candidate, disposal: number }), candidate)
  }
  return { tenant, candidate }
}

async function choose(
  tables: Tables,
  rows: readonly ({ number: string; tenantId: string } | undefined)[],
  tenant: Tenant | undefined,
  withNumber: (number: string) => Candidate,
  unchanged: Candidate,
): Promise<Located> {
  const found = rows.filter(row => row !== undefined)
  const [only, another] = found
  if (!only) return { tenant, candidate: unchanged }
  if (another)
    throw new AppError('CHOICE_NEEDED', {
      n: found.length,
      choices: found
        .slice(0, MOST_CHOICES)
        .map(row => row.number)
        .join('、'),
    })
  return { tenant: tenant ?? (await tables.tenants.get(only.tenantId, only.tenantId)), candidate: withNumber(only.number) }
}
