// The cases (incident and ticket) a period's figures are made of, read in pages of few columns; shared by the metrics about incidents.
import type { Instant } from '../ports/clock.js'
import type { Row, TenantTable, Where } from '../ports/transaction.js'
import type { Incident, Party, Verdict } from '../threats/incident.js'
import type { EventType, Severity } from '../threats/terms.js'
import type { IncidentState, Priority, Ticket } from '../tickets/ticket.js'
import { finalStates } from '../tickets/incident-states.js'
import { once, within, type MetricContext, type MetricFilter } from './metric.js'

const PAGE = 2000

export interface CaseRow {
  readonly ticketId: string
  readonly incidentId: string
  readonly number: string
  readonly title: string
  readonly eventType: EventType
  readonly severity: Severity
  readonly victim: Party
  readonly attackers: Incident['attackers']
  readonly firstAt: Instant
  readonly createdAt: Instant
  readonly firstReportedAt: Instant | null
  readonly verdict: Verdict | null
  readonly conclusion: string | null
  readonly state: IncidentState
  readonly priority: Priority
  readonly assignee: string | null
  readonly claimedAt: Instant | null
  readonly closedAt: Instant | null
}

/** Everything that fits, a page at a time in the order of ids, without keeping the table's other columns. */
export async function* pages<R extends Row, K extends keyof R & string>(
  table: TenantTable<R>,
  tenantId: string,
  columns: readonly K[],
  where: Where<R>,
): AsyncGenerator<Pick<R, K | 'id'>[]> {
  for (let last = ''; ;) {
    const page = await table.pick(
      tenantId,
      ['id', ...columns] as (K | 'id')[],
      { ...where, id: { above: last } },
      {
        order: { id: 'asc' } as never,
        limit: PAGE,
      },
    )
    if (page.length > 0) yield page
    if (page.length < PAGE) return
    last = page.at(-1)!.id
  }
}

const ticketColumns = ['subjectId', 'state', 'priority', 'assignee', 'claimedAt', 'closedAt', 'createdAt'] as const
const incidentColumns = [
  'number',
  'title',
  'eventType',
  'severity',
  'victim',
  'attackers',
  'firstAt',
  'createdAt',
  'firstReportedAt',
  'verdict',
  'conclusion',
] as const

/** Cases whose ticket fits; what a filter leaves out is not among them. */
export function casesWhere(context: MetricContext, where: Where<Ticket>): Promise<readonly CaseRow[]> {
  return once(context, `cases ${JSON.stringify(where)}`, () => readCases(context, where))
}

async function readCases({ tables, tenant, filter }: MetricContext, where: Where<Ticket>): Promise<CaseRow[]> {
  const found: CaseRow[] = []
  for await (const tickets of pages(tables.tickets, tenant.id, ticketColumns, where)) {
    const incidents = new Map<string, Pick<Incident, (typeof incidentColumns)[number] | 'id'>>()
    for (let at = 0; at < tickets.length; at += 500) {
      const ids = tickets.slice(at, at + 500).map(ticket => ticket.subjectId)
      const rows = await tables.incidents.pick(tenant.id, ['id', ...incidentColumns], { id: { oneOf: ids } })
      for (const row of rows) incidents.set(row.id, row)
    }
    for (const ticket of tickets) {
      const incident = incidents.get(ticket.subjectId)
      if (!incident || !fits(incident, filter)) continue
      found.push(caseOf(incident, ticket))
    }
  }
  return found
}

/** Cases that began in the period; the incident's own time counts. */
export function casesCreated(context: MetricContext): Promise<readonly CaseRow[]> {
  return once(context, 'cases created', () => readCreated(context))
}

async function readCreated(context: MetricContext): Promise<CaseRow[]> {
  const { tables, tenant, filter } = context
  const found: CaseRow[] = []
  const where = { createdAt: within(context) }
  for await (const incidents of pages(tables.incidents, tenant.id, incidentColumns, where)) {
    const wanted = incidents.filter(incident => fits(incident, filter))
    const tickets = new Map<string, Pick<Ticket, (typeof ticketColumns)[number] | 'id'>>()
    for (let at = 0; at < wanted.length; at += 500) {
      const ids = wanted.slice(at, at + 500).map(incident => incident.id)
      for (const row of await tables.tickets.pick(tenant.id, ['id', ...ticketColumns], { subjectId: { oneOf: ids } }))
        tickets.set(row.subjectId, row)
    }
    for (const incident of wanted) {
      const ticket = tickets.get(incident.id)
      if (ticket) found.push(caseOf(incident, ticket))
    }
  }
  return found
}

function caseOf(
  incident: Pick<Incident, (typeof incidentColumns)[number] | 'id'>,
  {
    id: ticketId,
    subjectId: incidentId,
    state,
    priority,
    assignee,
    claimedAt,
    closedAt,
  }: Pick<Ticket, (typeof ticketColumns)[number] | 'id'>,
): CaseRow {
  return { ...incident, ticketId, incidentId, state, priority, assignee, claimedAt, closedAt }
}

export function fits({ victim, eventType }: Pick<Incident, 'victim' | 'eventType'>, filter: MetricFilter): boolean {
  if (filter.eventType !== undefined && filter.eventType !== eventType) return false
  return filter.asset === undefined || victim.ip === filter.asset || victim.host === filter.asset
}

/** Not yet over at that moment, as far as today's rows tell: what was reopened since counts as open all the time. */
export function isOpenAt({ createdAt, closedAt, state }: Pick<CaseRow, 'createdAt' | 'closedAt' | 'state'>, at: Instant): boolean {
  if (createdAt >= at) return false
  return closedAt === null ? !finalStates.includes(state) : closedAt >= at
}

export const caseLine = ({ title, number }: CaseRow, rest: string) => ({ name: number, text: `${title}，${rest}` })
