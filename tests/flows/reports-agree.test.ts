// A generated year of three customers: the figures of days, weeks, months, quarters and the year agree with each other and with what is counted
// here from the rows themselves, by other means than the product's.
import { beforeAll, describe, expect, it } from 'vitest'
import { MetricService } from '../../core/metrics/metric-set.js'
import { readPeriod } from '../../core/reports/period.js'
import type { ReportKind } from '../../core/reports/report.js'
import { ReportService } from '../../core/reports/report-service.js'
import type { Tenant } from '../../core/tenants/tenant.js'
import { openWorld, type World } from '../support/memory-world.js'
import { makeYear, writeYear, type YearRows } from '../support/year.js'

const YEAR = 2025
const zones = ['Asia/Shanghai', 'America/New_York', 'Asia/Kathmandu']
const flows = ['alerts', 'incidents', 'closed', 'blocks', 'findingsNew', 'findingsFixed'] as const
let world: World
let reports: ReportService
const years: YearRows[] = []

beforeAll(async () => {
  world = await openWorld()
  world.clock.set(`${YEAR + 1}-01-20T02:00:00.000Z`)
  reports = new ReportService({ transactions: world.transactions, clock: world.clock })
  const third: Tenant = { ...world.uni, id: 'tenant-gov', tenantId: 'tenant-gov', code: 'gov', name: '示例机关' }
  await world.transactions.run(tx => tx.tenants.insert(third))
  for (const [index, tenant] of [world.uni, world.hos, third].entries()) {
    const own = await world.change(tenant, { timeZone: zones[index]! })
    const rows = makeYear(own, { year: YEAR, incidents: 120, seed: 7 + index })
    await writeYear(world, rows)
    years.push(rows)
  }
}, 60_000)

/** The day of an instant in a zone, by the platform's own calendar. */
const formats = new Map(
  zones.map(zone => [zone, new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })]),
)
const dayOf = (at: string, zone: string): string => formats.get(zone)!.format(new Date(at))
const daysOf = (first: string, last: string): string[] => {
  const days: string[] = []
  for (let at = Date.parse(first); at <= Date.parse(last); at += 86_400_000) days.push(new Date(at).toISOString().slice(0, 10))
  return days
}

/** What a stretch of local days should say, counted from the rows. */
function counted(
  { tenant, alerts, incidents, tickets, disposals, findings }: YearRows,
  first: string,
  last: string,
): Record<string, number> {
  const within = (at: string | null) => at !== null && dayOf(at, tenant.timeZone) >= first && dayOf(at, tenant.timeZone) <= last
  const by = (at: string | null) => at !== null && dayOf(at, tenant.timeZone) <= last
  return {
    alerts: alerts.filter(row => within(row.createdAt)).length,
    incidents: incidents.filter(row => within(row.createdAt)).length,
    closed: tickets.filter(row => row.state === 'closed' && within(row.closedAt)).length,
    open: tickets.filter(row => by(row.createdAt) && !by(row.closedAt)).length,
    blocks: disposals.filter(row => within(row.executedAt)).length,
    findingsNew: findings.filter(row => within(row.firstSeenAt)).length,
    findingsFixed: findings.filter(row => within(row.fixedAt)).length,
  }
}

const figuresOf = async (tenant: Tenant, kind: ReportKind, period: string) => {
  const { figures } = await reports.make(tenant, { kind, period })
  return Object.fromEntries([...flows, 'open'].map(name => [name, figures[name]]))
}
const sum = (rows: readonly Record<string, number | undefined>[]) =>
  Object.fromEntries(flows.map(name => [name, rows.reduce((total, row) => total + (row[name] ?? NaN), 0)]))
const flowsOf = (row: Record<string, number | undefined>) => Object.fromEntries(flows.map(name => [name, row[name]]))

const months = Array.from({ length: 12 }, (_, index) => `${YEAR}-${String(index + 1).padStart(2, '0')}`)
const quarters = [1, 2, 3, 4].map(n => `${YEAR}-Q${n}`)

describe.each([0, 1, 2])('customer %i', index => {
  it('months, quarters and the year are what was counted, and add up', async () => {
    const rows = years[index]!
    const monthly: Record<string, number | undefined>[] = []
    for (const month of months) {
      const { firstDay, lastDay } = readPeriod('monthly', month, 'UTC', '2030-01-01')
      monthly.push(await figuresOf(rows.tenant, 'monthly', month))
      expect(monthly.at(-1), month).toEqual(counted(rows, firstDay, lastDay))
    }
    const quarterly: Record<string, number | undefined>[] = []
    for (const quarter of quarters) quarterly.push(await figuresOf(rows.tenant, 'quarterly', quarter))
    const annual = await figuresOf(rows.tenant, 'annual', String(YEAR))

    expect(annual).toEqual(counted(rows, `${YEAR}-01-01`, `${YEAR}-12-31`))
    expect(annual['incidents']).toBeGreaterThan(100)
    expect(flowsOf(annual)).toEqual(sum(monthly))
    expect(flowsOf(annual)).toEqual(sum(quarterly))
    quarters.forEach((_, q) => {
      expect(flowsOf(quarterly[q]!)).toEqual(sum(monthly.slice(q * 3, q * 3 + 3)))
      expect(quarterly[q]!['open']).toBe(monthly[q * 3 + 2]!['open'])
    })
  })

  it('days are what was counted, weeks are their days, and the month is its days', async () => {
    const rows = years[index]!
    // The month in which clocks change somewhere.
    const days = daysOf(`${YEAR}-02-24`, `${YEAR}-03-31`)
    const daily = new Map<string, Record<string, number | undefined>>()
    for (const day of days) {
      daily.set(day, await figuresOf(rows.tenant, 'daily', day))
      expect(daily.get(day), day).toEqual(counted(rows, day, day))
    }
    for (const [n, week] of [`${YEAR}-W09`, `${YEAR}-W10`, `${YEAR}-W11`, `${YEAR}-W12`, `${YEAR}-W13`].entries()) {
      const own = days.slice(n * 7, n * 7 + 7).map(day => daily.get(day)!)
      const weekly = await figuresOf(rows.tenant, 'weekly', week)
      expect(flowsOf(weekly), week).toEqual(sum(own))
      expect(weekly['open']).toBe(own.at(-1)!['open'])
    }
    const march = days.filter(day => day.startsWith(`${YEAR}-03`)).map(day => daily.get(day)!)

    expect(flowsOf(await figuresOf(rows.tenant, 'monthly', `${YEAR}-03`))).toEqual(sum(march))
  })

  it('the other figures are what was counted', async () => {
    const { tenant, incidents, tickets, hours, timers, transitions } = years[index]!
    const metrics = new MetricService({ transactions: world.transactions, clock: world.clock })
    const period = readPeriod('quarterly', `${YEAR}-Q2`, tenant.timeZone, '2030-01-01')
    const value = async (id: string) => (await metrics.ask(tenant, id, period)).value
    const within = (at: string | null) => at !== null && at >= period.from && at < period.to
    const mean = (values: readonly number[]) => Math.round((values.reduce((a, b) => a + b, 0) / values.length) * 10) / 10
    const minutes = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 60_000
    const cases = tickets.map(ticket => ({ ticket, incident: incidents.find(row => row.id === ticket.subjectId)! }))
    const created = cases.filter(({ incident }) => within(incident.createdAt))
    const closed = cases.filter(({ ticket }) => ticket.state === 'closed' && within(ticket.closedAt))
    const due = timers.filter(row => within(row.dueAt) && row.outcome !== 'cancelled')
    const waited = (ticketId: string) => {
      const own = transitions.filter(row => row.ticketId === ticketId)
      const [asked] = own.filter(row => row.to === 'awaiting_customer')
      const [answered] = own.filter(row => row.from === 'awaiting_customer')
      return minutes(asked!.at, answered!.at)
    }

    expect(await value('events')).toMatchObject({
      value: hours.filter(row => within(row.hour)).reduce((total, row) => total + row.events, 0),
    })
    expect(await value('mtta')).toMatchObject({
      value: mean(
        created.filter(({ ticket }) => ticket.claimedAt).map(({ ticket, incident }) => minutes(incident.createdAt, ticket.claimedAt!)),
      ),
    })
    expect(await value('mttd')).toMatchObject({ value: mean(created.map(({ incident }) => minutes(incident.firstAt, incident.createdAt))) })
    const mttr = await value('mttr')
    expect(mttr).toMatchObject({
      value: mean(closed.map(({ ticket, incident }) => minutes(incident.createdAt, ticket.closedAt!))),
      of: closed.length,
    })
    expect(mttr.parts?.find(([name]) => name === '净值')?.[1]).toBe(
      mean(closed.map(({ ticket, incident }) => minutes(incident.createdAt, ticket.closedAt!) - waited(ticket.id))),
    )
    expect(await value('sla-rate')).toMatchObject({
      value: Math.round((due.filter(row => row.doneAt !== null && row.doneAt <= row.dueAt).length / due.length) * 1000) / 10,
      of: due.length,
    })
    expect(await value('closure-rate')).toMatchObject({
      value:
        Math.round(
          (created.filter(({ ticket }) => ticket.closedAt !== null && ticket.closedAt < period.to).length / created.length) * 1000,
        ) / 10,
    })
    expect(closed.length).toBeGreaterThan(5)
  })
})

describe('tenants', () => {
  it('never count each other’s rows', async () => {
    const [uni, hos] = [years[0]!, years[1]!]
    const { markdown, content } = await reports.make(uni.tenant, { kind: 'annual', period: String(YEAR) })
    const all = markdown + JSON.stringify(content)

    expect(all).toContain('IN-uni-')
    expect(all).not.toMatch(/IN-(?:hos|gov)-|示例医院|示例机关/)
    await expect(reports.make(uni.tenant, { kind: 'incident', period: '', scope: hos.incidents[0]!.number })).rejects.toMatchObject({
      code: 'NUMBER_NOT_FOUND',
    })
  })
})
