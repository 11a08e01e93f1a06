// Which tenant and which thing a sentence is about: from its numbers, the tenant's code or name, the attacker's address, or because there is only one.
import type { Tables } from '../../core/ports/transaction.js'
import { AppError } from '../../core/errors.js'
import type { Tenant } from '../../core/tenants/tenant.js'
import type { Candidate, Command } from './command.js'
import type { Entities } from './entities.js'

/** As many are offered when several are possible. */
const MOST_CHOICES = 4
/** Rows looked through when a number was not said. */
const MOST_LOOKED_AT = 20

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
  const numbers = [
    ...new Set(
      [...entities.numbers, candidate.incident, candidate.disposal, candidate.finding, candidate.report, candidate.case].filter(
        item => item !== undefined,
      ),
    ),
  ]
  const foreign = home && numbers.find(number => codeOf(number) !== home.code)
  if (foreign) throw new AppError('OTHER_TENANT', { number: foreign })
  const tenant = home ?? (await namedTenant(tables, numbers, question.text)) ?? (await tenantOfAttacker(tables, candidate.ip))
  return pick(tables, question.command, candidate, tenant, home !== undefined)
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

async function pick(tables: Tables, command: Command, candidate: Candidate, tenant: Tenant | undefined, atHome: boolean): Promise<Located> {
  const { incident, disposal, when } = command.picks ?? {}
  const isOther = candidate.finding !== undefined || when?.(candidate, atHome) === false
  if (incident && candidate.incident === undefined && !isOther) {
    if (candidate.disposal !== undefined && tenant)
      return { tenant, candidate: { ...candidate, incident: await incidentOf(tables, tenant, candidate.disposal) } }
    const where = { state: { oneOf: incident } }
    const tickets = tenant
      ? await tables.tickets.find(tenant.id, where, { limit: MOST_LOOKED_AT, order: { createdAt: 'desc' } })
      : await tables.tickets.acrossTenantsFind(where, { limit: MOST_LOOKED_AT, order: { createdAt: 'desc' } })
    const found = await Promise.all(tickets.map(ticket => tables.incidents.get(ticket.tenantId, ticket.subjectId)))
    const { ip } = candidate
    const fitting =
      ip === undefined ? found : found.filter(item => item && (item.victim.ip === ip || item.attackers.some(one => one.ip === ip)))
    if (ip !== undefined && found.length > 0 && fitting.length === 0 && !when)
      throw new AppError('NUMBER_NOT_FOUND', { number: `${ip} 的事件` })
    return choose(tables, fitting, tenant, number => ({ ...candidate, incident: number }), candidate)
  }
  // What takes an address itself (撤销 1.2.3.4) needs no number; what takes only a number finds it by the address.
  const byAddress = candidate.ip !== undefined && 'ip' in ((command.args as { shape?: object }).shape ?? {})
  if (disposal && candidate.disposal === undefined && !byAddress) {
    const where = { state: { oneOf: disposal }, ...(candidate.ip === undefined ? {} : { target: candidate.ip }) }
    const rows = tenant
      ? await tables.disposals.find(tenant.id, where, { limit: MOST_LOOKED_AT, order: { proposedAt: 'desc' } })
      : await tables.disposals.acrossTenantsFind(where, { limit: MOST_LOOKED_AT, order: { proposedAt: 'desc' } })
    const about =
      candidate.incident === undefined || !tenant ? undefined : await tables.incidents.first(tenant.id, { number: candidate.incident })
    if (candidate.incident !== undefined && !about) throw new AppError('NUMBER_NOT_FOUND', { number: candidate.incident })
    const found = about ? rows.filter(row => row.incidentId === about.id) : rows
    return choose(tables, found, tenant, number => ({ ...candidate, disposal: number }), candidate)
  }
  const { case: wanted } = command.picks ?? {}
  if (wanted && candidate.case === undefined) {
    const where = { kind: wanted.kind, state: { oneOf: wanted.states } }
    const options = { limit: MOST_LOOKED_AT, order: { createdAt: 'desc' } } as const
    const found = tenant ? await tables.cases.find(tenant.id, where, options) : await tables.cases.acrossTenantsFind(where, options)
    return choose(tables, found, tenant, number => ({ ...candidate, case: number }), candidate)
  }
  return { tenant, candidate }
}

/** Of a disposal's number where an incident's is needed, its incident is meant, not whichever happens to be the only one. */
async function incidentOf(tables: Tables, tenant: Tenant, number: string): Promise<string> {
  const disposal = await tables.disposals.first(tenant.id, { number })
  const incident = disposal?.incidentId ? await tables.incidents.get(tenant.id, disposal.incidentId) : undefined
  if (!incident) throw new AppError('NUMBER_NOT_FOUND', { number: disposal ? `${number} 的事件` : number })
  return incident.number
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
