// Computes a customer's score from its rows and keeps one a day; asked by `评分`, the reports and the nightly job.
import dayjs from 'dayjs'
import ipaddr from 'ipaddr.js'
import { instant, type Clock, type Instant } from '../ports/clock.js'
import type { Tables, Transactions } from '../ports/transaction.js'
import { openAtEnd, lateTickets } from '../metrics/handling.js'
import { MetricSet } from '../metrics/metric-set.js'
import { highRiskPorts, openFindings } from '../metrics/weaknesses.js'
import { localDay } from '../tenants/local-time.js'
import type { Tenant } from '../tenants/tenant.js'
import { scoreOf, topDeductions, type Score, type ScoreInput, type VulnerabilityRow, type WeakRow } from './score.js'
import type { ScoreDay } from './score-day.js'

/** Kept and broken promises of so many days count. */
const SLA_DAYS = 30
const DAY = 86_400_000
/** Of assets whose value nobody stated (domain.md 8.1: the middle). */
const USUAL_ASSET = 3

export interface ScoreNow {
  readonly score: Score
  readonly top: ReturnType<typeof topDeductions>
  /** The newest one kept before today. */
  readonly previous: ScoreDay | undefined
}

export class ScoreService {
  constructor(private readonly needs: { readonly transactions: Transactions; readonly clock: Clock }) {}

  async now(tenant: Tenant): Promise<ScoreNow> {
    const at = instant(this.needs.clock.now())
    return this.needs.transactions.read(async tables => {
      const input = await scoreInput(tables, tenant, at)
      const today = localDay(at, tenant.timeZone)
      const previous = await tables.scoreDays.first(tenant.id, { day: { below: today } }, { order: { day: 'desc' } })
      return { score: scoreOf(input), top: topDeductions(input), previous }
    })
  }

  /** Keeps the score of the present day; the first one stays. */
  async keep(tenant: Tenant): Promise<void> {
    await this.needs.transactions.run(async tx => {
      const score = scoreOf(await scoreInput(tx, tenant, tx.at))
      await tx.scoreDays.insertIfAbsent({
        id: tx.id(),
        tenantId: tenant.id,
        day: localDay(tx.at, tenant.timeZone),
        score: score.value,
        grade: score.grade,
        trusted: score.trusted ? 1 : 0,
        content: score,
        createdAt: tx.at,
      })
    })
  }
}

/** What the score is made of at a moment; what is not known yet is named in `unmeasured`. */
export async function scoreInput(tables: Tables, tenant: Tenant, at: Instant): Promise<ScoreInput> {
  const from = instant(Date.parse(at) - SLA_DAYS * DAY)
  const set = new MetricSet(tables, tenant, { from, to: at }, at)
  const { context } = set
  const open = await openAtEnd(context)
  const late = await lateTickets(context)
  const findings = await openFindings(context)
  const hosts = await tables.findings.tally(tenant.id, ['host'], {}, { limit: 100_000 })
  const sources = await tables.sources.find(tenant.id, {})
  const health = await tables.sourceHealth.find(tenant.id, {})
  const silent = health.filter(row => row.lastEventAt !== null && Date.parse(row.lastEventAt) < Date.parse(at) - DAY).map(row => row.id)
  const coverage = (await set.of('log-coverage')).value
  const sla = (await set.of('sla-rate')).value
  const isExposureKnown = (await tables.findings.count(tenant.id, { kind: 'exposure' })) > 0
  const exposures = findings.filter(row => row.kind === 'exposure')
  const risky = exposures.filter(row => highRiskPorts.includes(row.port))
  const weak = (row: (typeof findings)[number]): WeakRow => ({ asset: USUAL_ASSET, internet: isPublic(row.host), count: 1 })
  return {
    assets: hosts.length,
    incidents: open.map(row => ({ priority: row.priority, count: 1, overdue: late.has(row.ticketId) })),
    compromised: new Set(open.filter(row => row.verdict?.code === 'compromised').map(row => row.victim.ip ?? row.victim.host ?? '')).size,
    vulnerabilities: findings.flatMap((row): VulnerabilityRow[] => {
      if (row.kind !== 'vulnerability' || row.severity === 'info') return []
      return [{ ...weak(row), severity: row.severity, exploited: false, overdue: row.dueAt < at }]
    }),
    weakPasswords: findings.filter(row => row.kind === 'weak_credential').map(weak),
    exposure: isExposureKnown ? { violating: exposures.length - risky.length, highRiskPorts: risky.length, expired: 0 } : undefined,
    coverage: coverage === null ? undefined : coverage / 100,
    sla: sla === null ? undefined : sla / 100,
    silentSources: sources.filter(({ id }) => silent.includes(id)).map(({ name }) => name),
    unmeasured: ['资产价值（一律按 3 计）', '在野利用', '漏扫覆盖', '终端采集覆盖'],
  }
}

/** An address of the internet is taken for reachable from there. */
function isPublic(host: string): boolean {
  return ipaddr.isValid(host) && ipaddr.process(host).range() === 'unicast'
}

/** Scores of days, oldest first. */
export async function scoresOf(tables: Tables, tenantId: string, firstDay: string, lastDay: string): Promise<ScoreDay[]> {
  const after = dayjs.utc(lastDay).add(1, 'day').format('YYYY-MM-DD')
  return tables.scoreDays.find(tenantId, { day: { from: firstDay, before: after } }, { order: { day: 'asc' } })
}
