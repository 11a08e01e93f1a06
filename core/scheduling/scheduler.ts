// Runs the jobs of jobs/ for every tenant while this process holds the scheduler's lease. A daily run is a row: once per tenant and day,
// whoever holds the lease; a failed one is tried again, and one tenant's failure never stops the next.
import dayjs from 'dayjs'
import timezone from 'dayjs/plugin/timezone.js'
import utc from 'dayjs/plugin/utc.js'
import type { Clock } from '../ports/clock.js'
import { instant } from '../ports/clock.js'
import type { Logger } from '../ports/logger.js'
import type { Directory } from '../tenants/directory.js'
import type { Tenant } from '../tenants/tenant.js'
import { PLATFORM } from '../tenants/tenant.js'
import type { JobServices, ScheduledJob } from './job.js'
import type { Leases } from './leases.js'

dayjs.extend(utc)
dayjs.extend(timezone)

const LEASE_SECONDS = 10
/** Jobs that also concern the rows of the staff's pseudo tenant; the others find nothing there. */
const concernsStaff = new Set(['clean-up', 'audit-deliveries', 'audit-feeds', 'change-shifts', 'escalate-clusters', 'watch-calendar'])
/** A daily run that failed or whose process died is begun again after this time. */
const AGAIN_SECONDS = 120

interface Needs extends JobServices {
  readonly jobs: readonly ScheduledJob[]
  readonly leases: Leases
  readonly directory: Directory
  readonly clock: Clock
  readonly logger: Logger
  readonly owner: string
}

export class Scheduler {
  private readonly lastRun = new Map<string, number>()
  constructor(private readonly needs: Needs) {}

  /** One look at what is due; called every second. False when another process is the scheduler. */
  async tick(): Promise<boolean> {
    if (!(await this.needs.leases.hold('scheduler', LEASE_SECONDS))) return false
    const customers = await this.needs.directory.acrossTenantsList()
    const platform = await this.needs.directory.tenant(PLATFORM)
    for (const job of this.needs.jobs) {
      const tenants = platform && concernsStaff.has(job.id) ? [...customers, platform] : customers
      if ('everySeconds' in job.when) {
        if (this.needs.clock.now() - (this.lastRun.get(job.id) ?? 0) < job.when.everySeconds * 1000) continue
        this.lastRun.set(job.id, this.needs.clock.now())
        for (const tenant of tenants) await this.run(job, tenant)
      } else {
        const at = job.when.dailyAt
        for (const tenant of tenants)
          await this.runDaily(job, at, tenant).catch((error: unknown) =>
            this.needs.logger.error({ error, job: job.id, tenantId: tenant.id }, 'daily job could not be begun or noted'),
          )
      }
    }
    return true
  }

  async stop(): Promise<void> {
    await this.needs.leases.release('scheduler')
  }

  private async run(job: ScheduledJob, tenant: Tenant): Promise<unknown> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not done after ${job.timeoutSeconds} s`)), job.timeoutSeconds * 1000)
    })
    try {
      await Promise.race([job.run({ ...this.needs, tenant, now: this.needs.clock.now() }), late])
      return undefined
    } catch (error) {
      this.needs.logger.error({ error, job: job.id, tenantId: tenant.id }, 'job failed')
      return error
    } finally {
      clearTimeout(timer)
    }
  }

  private async runDaily(job: ScheduledJob, at: string, tenant: Tenant): Promise<void> {
    const { transactions, clock, owner } = this.needs
    const local = dayjs(clock.now()).tz(tenant.timeZone)
    const day = local.format('YYYY-MM-DD')
    const key = `${job.id}:${tenant.id}:${day}`
    // Remembered in memory as well: most looks cost no query.
    if (local.format('HH:mm') < at || this.lastRun.has(key)) return
    const mine = await transactions.run(async tx => {
      const row = { owner, startedAt: tx.at, finishedAt: null, error: null }
      if (await tx.jobRuns.insertIfAbsent({ id: key, tenantId: tenant.id, ...row })) return 'run'
      const known = await tx.jobRuns.get(tenant.id, key)
      if (known?.finishedAt) return 'done'
      const old = { below: instant(clock.now() - AGAIN_SECONDS * 1000) }
      return (await tx.jobRuns.update(tenant.id, { id: key, finishedAt: null, startedAt: old }, row)) === 1 ? 'run' : 'wait'
    })
    if (mine === 'done') this.remember(key)
    if (mine !== 'run') return
    const error = await this.run(job, tenant)
    await transactions.run(tx =>
      tx.jobRuns.update(
        tenant.id,
        { id: key },
        error === undefined ? { finishedAt: tx.at } : { error: error instanceof Error ? error.message.slice(0, 500) : 'failed' },
      ),
    )
    if (error === undefined) this.remember(key)
  }

  private remember(key: string): void {
    if (this.lastRun.size > 10_000) this.lastRun.clear()
    this.lastRun.set(key, this.needs.clock.now())
  }
}
