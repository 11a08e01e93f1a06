// How a scheduled job is declared: one file per job in jobs/, one line in jobs/index.ts. Jobs are thin and safe to run twice.
import type { Archive } from '../ports/archive.js'
import type { PatrolService } from '../patrol/patrol-service.js'
import type { Transactions } from '../ports/transaction.js'
import type { DutyDesk } from '../duty/duty-desk.js'
import type { SimilarIncidents } from '../threats/similar-incidents.js'
import type { ReportService } from '../reports/report-service.js'
import type { ReportReview } from '../reports/report-review.js'
import type { ScoreService } from '../scores/score-service.js'
import type { Tenant } from '../tenants/tenant.js'
import type { TicketService } from '../tickets/ticket-service.js'
import type { UploadService } from '../uploads/upload-service.js'

export interface JobServices {
  readonly transactions: Transactions
  readonly archive: Archive
  readonly reports: ReportService
  readonly reportReview: ReportReview
  readonly scores: ScoreService
  readonly tickets: TicketService
  readonly uploads: UploadService
  readonly patrols: PatrolService
  readonly duty: DutyDesk
  readonly similar: SimilarIncidents
}

export interface JobContext extends JobServices {
  /** The tenant, for jobs `per: 'tenant'`. */
  readonly tenant: Tenant
  /** Milliseconds since 1970. */
  readonly now: number
}

export interface ScheduledJob {
  readonly id: string
  /** Seconds between two runs, or the time of day in the tenant's zone (`HH:mm`), made up for later that day when missed. */
  readonly when: { readonly everySeconds: number } | { readonly dailyAt: string }
  readonly timeoutSeconds: number
  run(context: JobContext): Promise<void>
}

export function defineJob(job: ScheduledJob): ScheduledJob {
  return job
}
