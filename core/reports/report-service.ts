// Makes reports from the database; one of a finished period is a snapshot that is stored and returned unchanged, a new version says what changed.
import dayjs from 'dayjs'
import timezone from 'dayjs/plugin/timezone.js'
import utc from 'dayjs/plugin/utc.js'
import type { Clock } from '../ports/clock.js'
import type { Transactions, Tx } from '../ports/transaction.js'
import { AppError } from '../errors.js'
import type { Tenant } from '../tenants/tenant.js'
import { localDay, localMoment } from '../tenants/local-time.js'
import { openStates } from '../tickets/incident-states.js'
import { changesSince } from './compare-versions.js'
import { readPeriod, type Period } from './period.js'
import type { Advice, Report } from './report.js'
import { writeReport, type ReportRequest } from './write-report.js'

dayjs.extend(utc)
dayjs.extend(timezone)

export interface Status {
  readonly hits: number
  readonly alerts: number
  readonly incidents: number
  readonly open: number
  /** Number of the newest open incident. */
  readonly newest: string | undefined
  readonly waiting: number
  readonly waitingNumber: string | undefined
  readonly blocked: number
  /** `MM-DD HH:mm` in the tenant's zone; null when nothing was ever judged. */
  readonly lastEventAt: string | null
}

export class ReportService {
  constructor(private readonly needs: { transactions: Transactions; clock: Clock }) {}

  today(tenant: Tenant): string {
    return dayjs(this.needs.clock.now()).tz(tenant.timeZone).format('YYYY-MM-DD')
  }

  yesterday(tenant: Tenant): string {
    return dayjs(this.needs.clock.now()).tz(tenant.timeZone).subtract(1, 'day').format('YYYY-MM-DD')
  }

  /**
   * @param day `YYYY-MM-DD` in the tenant's zone; the present day gives the figures so far and is not stored
   * @throws ARGUMENT_INVALID for a day in the future or that does not exist
   */
  daily(tenant: Tenant, day: string): Promise<Report> {
    return this.make(tenant, { kind: 'daily', period: day })
  }

  /** The day's bounds. @throws ARGUMENT_INVALID */
  period(tenant: Tenant, day: string): Period {
    return readPeriod('daily', day, tenant.timeZone, this.today(tenant))
  }

  /**
   * The newest stored version, or the first one, made now. Of a period that still runs it is made anew each time and not stored.
   * @throws ARGUMENT_INVALID for what is no period of the kind, NUMBER_NOT_FOUND for an incident that is none of the tenant's
   */
  async make(tenant: Tenant, request: ReportRequest): Promise<Report> {
    const asked = await this.read(tenant, request)
    return this.needs.transactions.run(async tx => (await newest(tx, tenant.id, asked)) ?? this.write(tx, tenant, asked, undefined))
  }

  /** A further version, with what changed since the one before; the first one when there is none. */
  async renew(tenant: Tenant, request: ReportRequest, by: string): Promise<Report> {
    const asked = await this.read(tenant, request)
    return this.needs.transactions.run(async tx => this.write(tx, tenant, asked, await newest(tx, tenant.id, asked), by))
  }

  /** Inside the caller's transaction: a version with other advice. */
  rewrite(tx: Tx, tenant: Tenant, before: Report, by: string, advice: readonly Advice[]): Promise<Report> {
    const period = readPeriod(before.kind, before.period, tenant.timeZone, this.today(tenant))
    return this.write(tx, tenant, { kind: before.kind, period, scope: before.scope }, before, by, advice)
  }

  /** What `状态` says: today's figures so far and what is open now. */
  async status(tenant: Tenant): Promise<Status> {
    const { from } = this.period(tenant, this.today(tenant))
    return this.needs.transactions.read(async t => {
      const [alerts] = await t.alerts.tally(tenant.id, [], { createdAt: { atLeast: from } }, { sum: 'count' })
      const waiting = await t.disposals.first(tenant.id, { state: 'requested' }, { order: { expiresAt: 'asc' } })
      const open = await t.tickets.first(tenant.id, { state: { oneOf: openStates } }, { order: { createdAt: 'desc' } })
      const newestOpen = open ? await t.incidents.get(tenant.id, open.subjectId) : undefined
      const judged = await t.detectorStates.get(tenant.id, tenant.id)
      return {
        hits: alerts?.sum ?? 0,
        alerts: alerts?.rows ?? 0,
        incidents: await t.incidents.count(tenant.id, { createdAt: { atLeast: from } }),
        open: await t.tickets.count(tenant.id, { state: { oneOf: openStates } }),
        newest: newestOpen?.number,
        waiting: await t.disposals.count(tenant.id, { state: 'requested' }),
        waitingNumber: waiting?.number,
        blocked: await t.disposals.count(tenant.id, { state: 'verified' }),
        lastEventAt: judged ? localMoment(judged.updatedAt, tenant.timeZone) : null,
      }
    })
  }

  private async read(tenant: Tenant, { kind, period, scope = '' }: ReportRequest): Promise<Asked> {
    if (kind !== 'incident') return { kind, period: readPeriod(kind, period, tenant.timeZone, this.today(tenant)), scope }
    const incident = await this.needs.transactions.read(t => t.incidents.first(tenant.id, { number: scope }))
    if (!incident) throw new AppError('NUMBER_NOT_FOUND', { number: scope.slice(0, 64) })
    const day = localDay(incident.createdAt, tenant.timeZone)
    return { kind, period: { ...readPeriod(kind, day, tenant.timeZone, this.today(tenant)), complete: true }, scope }
  }

  private async write(
    tx: Tx,
    tenant: Tenant,
    { kind, period, scope }: Asked,
    before: Report | undefined,
    by = 'system',
    advice: readonly Advice[] = before?.content?.advice ?? [],
  ): Promise<Report> {
    const { markdown, figures, content } = await writeReport(tx, tenant, period, { kind, period: period.key, scope }, advice)
    const report: Report = {
      id: tx.id(),
      tenantId: tenant.id,
      number: period.complete ? await tx.number('RP', tenant) : '',
      kind,
      period: period.key,
      scope,
      version: (before?.version ?? 0) + 1,
      state: 'draft',
      markdown,
      figures,
      content: {
        ...content,
        changes: before ? changesSince(before, { markdown, figures }) : [],
        steps: [{ state: 'draft', by, at: tx.at }],
      },
      createdAt: tx.at,
      sentAt: null,
    }
    if (!period.complete) return report
    if (!(await tx.reports.insertIfAbsent(report))) return (await newest(tx, tenant.id, { kind, period, scope })) ?? report
    tx.audit({
      tenantId: tenant.id,
      actor: by,
      action: 'report.created',
      subject: report.number,
      details: { kind, period: period.key, scope, version: report.version, figures },
    })
    return report
  }
}

interface Asked {
  readonly kind: Report['kind']
  readonly period: Period
  readonly scope: string
}

function newest(tx: Tx, tenantId: string, { kind, period, scope }: Asked): Promise<Report | undefined> {
  return tx.reports.first(tenantId, { kind, period: period.key, scope }, { order: { version: 'desc' } })
}
