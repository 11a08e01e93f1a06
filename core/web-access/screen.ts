// What the big screen shows, read in one go: all customers for those who serve them, one's own for a customer. Read-only; called by web/api/screen.ts.
import dayjs from 'dayjs'
import { slaLabel, slaMetrics, type SlaMetric } from '../clocks/sla-policy.js'
import { AppError } from '../errors.js'
import { instant, type Clock, type Instant } from '../ports/clock.js'
import type { Tables, Transactions } from '../ports/transaction.js'
import { isStaff, may, roleLabel } from '../tenants/roles.js'
import { PLATFORM, type Person, type Tenant } from '../tenants/tenant.js'
import type { Severity } from '../threats/terms.js'
import { openStates, outwardLabel } from '../tickets/incident-states.js'
import type { Priority } from '../tickets/ticket.js'

export interface ScreenCustomer {
  readonly code: string
  readonly name: string
  /** Open tickets by priority. */
  readonly open: Readonly<Record<Priority, number>>
  /** Requests that wait for the customer's word. */
  readonly waiting: number
  readonly blocked: number
  /** Incidents since midnight in the customer's zone. */
  readonly incidentsToday: number
  readonly lastEventAt: Instant | null
}

export interface ScreenIncident {
  readonly number: string
  readonly customer: string
  readonly title: string
  readonly severity: Severity
  readonly priority: Priority
  readonly state: string
  readonly at: Instant
  readonly attackers: number
}

export interface ScreenClock {
  readonly number: string
  readonly customer: string
  readonly promise: string
  readonly dueAt: Instant
  readonly broken: boolean
}

export interface Screen {
  readonly who: { readonly name: string; readonly role: string; readonly isStaff: boolean }
  readonly at: Instant
  readonly customers: readonly ScreenCustomer[]
  /** Newest first. */
  readonly incidents: readonly ScreenIncident[]
  /** Promises that run, soonest first. */
  readonly clocks: readonly ScreenClock[]
  /** Of the last 24 hours, by the hour, oldest first: incidents by severity. */
  readonly hours: readonly { readonly from: Instant; readonly counts: Readonly<Partial<Record<Severity, number>>> }[]
  /** Attacking addresses of the last 24 hours, busiest first. */
  readonly attackers: readonly { readonly ip: string; readonly hits: number }[]
  /** Of the last 24 hours. */
  readonly deliveries: { readonly sent: number; readonly waiting: number; readonly failed: number }
}

const MOST_INCIDENTS = 12
const MOST_CLOCKS = 12
const MOST_ATTACKERS = 10
const MOST_LOOKED_AT = 2_000
const DAY = 86_400_000
const HOUR = 3_600_000

export class ScreenService {
  constructor(private readonly needs: { readonly transactions: Transactions; readonly clock: Clock }) {}

  /** @throws NOT_ALLOWED for roles that see no customer's business */
  async screen(person: Person): Promise<Screen> {
    if (!may(person.role, 'see-screen')) throw new AppError('NOT_ALLOWED', { who: '客户人员或服务人员' })
    const { transactions, clock } = this.needs
    const now = clock.now()
    return transactions.read(async t => {
      // A customer's session knows its own tenant, whatever is asked.
      const tenants = isStaff(person.role)
        ? await t.tenants.acrossTenantsFind({ code: { not: PLATFORM } }, { order: { code: 'asc' }, limit: MOST_LOOKED_AT })
        : [await t.tenants.get(person.tenantId, person.tenantId)].filter(tenant => tenant !== undefined)
      const ids = tenants.map(tenant => tenant.id)
      const names = new Map(tenants.map(tenant => [tenant.id, tenant.name]))
      const since = instant(now - DAY)
      const recent = await t.incidents.acrossTenantsFind(
        { tenantId: { oneOf: ids }, createdAt: { atLeast: since } },
        { order: { createdAt: 'desc' }, limit: MOST_LOOKED_AT },
      )
      const nameOf = (tenantId: string): string => names.get(tenantId) ?? ''
      return {
        who: { name: person.name, role: roleLabel[person.role], isStaff: isStaff(person.role) },
        at: instant(now),
        customers: await Promise.all(tenants.map(tenant => customer(t, tenant, now))),
        incidents: await Promise.all(
          recent.slice(0, MOST_INCIDENTS).map(async incident => {
            const ticket = await t.tickets.first(incident.tenantId, { subjectId: incident.id })
            return {
              number: incident.number,
              customer: nameOf(incident.tenantId),
              title: incident.title,
              severity: incident.severity,
              priority: ticket?.priority ?? 'P4',
              state: ticket ? outwardLabel[ticket.state] : '',
              at: incident.createdAt,
              attackers: incident.attackers.length,
            }
          }),
        ),
        clocks: await clocks(t, ids, nameOf),
        hours: hours(recent, now),
        attackers: attackers(recent),
        deliveries: await deliveries(t, ids, since),
      }
    })
  }
}

async function customer(t: Tables, tenant: Tenant, now: number): Promise<ScreenCustomer> {
  const midnight = dayjs(now).tz(tenant.timeZone).startOf('day').toISOString()
  const tickets = await t.tickets.find(tenant.id, { state: { oneOf: openStates } }, { limit: MOST_LOOKED_AT })
  const open = { P1: 0, P2: 0, P3: 0, P4: 0 }
  for (const { priority } of tickets) open[priority]++
  const judged = await t.detectorStates.get(tenant.id, tenant.id)
  return {
    code: tenant.code,
    name: tenant.name,
    open,
    waiting: await t.disposals.count(tenant.id, { state: 'requested' }),
    blocked: await t.disposals.count(tenant.id, { state: 'verified' }),
    incidentsToday: await t.incidents.count(tenant.id, { createdAt: { atLeast: midnight } }),
    lastEventAt: judged?.updatedAt ?? null,
  }
}

async function clocks(t: Tables, ids: readonly string[], nameOf: (tenantId: string) => string): Promise<ScreenClock[]> {
  const running = await t.timers.acrossTenantsFind(
    { tenantId: { oneOf: ids }, doneAt: null, pausedAt: null, kind: { oneOf: slaMetrics } },
    { order: { dueAt: 'asc' }, limit: MOST_CLOCKS },
  )
  return running.map(({ subject, tenantId, kind, dueAt, breachedAt }) => ({
    number: subject,
    customer: nameOf(tenantId),
    promise: slaLabel[kind as SlaMetric],
    dueAt,
    broken: breachedAt !== null,
  }))
}

type Recent = readonly {
  readonly createdAt: Instant
  readonly severity: Severity
  readonly attackers: readonly { ip: string; hits: number }[]
}[]

function hours(recent: Recent, now: number): Screen['hours'] {
  const first = Math.floor(now / HOUR) - 23
  const counts = Array.from({ length: 24 }, (): Partial<Record<Severity, number>> => ({}))
  for (const { createdAt, severity } of recent) {
    const hour = counts[Math.floor(Date.parse(createdAt) / HOUR) - first]
    if (hour) hour[severity] = (hour[severity] ?? 0) + 1
  }
  return counts.map((count, index) => ({ from: instant((first + index) * HOUR), counts: count }))
}

function attackers(recent: Recent): Screen['attackers'] {
  const hits = new Map<string, number>()
  for (const incident of recent) for (const { ip, hits: count } of incident.attackers) hits.set(ip, (hits.get(ip) ?? 0) + count)
  return [...hits]
    .map(([ip, count]) => ({ ip, hits: count }))
    .sort((a, b) => b.hits - a.hits)
    .slice(0, MOST_ATTACKERS)
}

async function deliveries(t: Tables, ids: readonly string[], since: Instant): Promise<Screen['deliveries']> {
  const sum = async (states: readonly ('sent' | 'queued' | 'claimed' | 'held' | 'failed')[]): Promise<number> => {
    let total = 0
    for (const id of ids) total += await t.deliveries.count(id, { state: { oneOf: states }, createdAt: { atLeast: since } })
    return total
  }
  return { sent: await sum(['sent']), waiting: await sum(['queued', 'claimed', 'held']), failed: await sum(['failed']) }
}
