// The services the entrances (chat, HTTP, CLI) call, built once by app/compose.ts.
import type { DecisionLinks } from './delivery/decision-links.js'
import type { DeliveryJournal } from './delivery/journal.js'
import type { PreferenceService } from './delivery/preferences.js'
import type { DisposalService } from './disposal/disposal-service.js'
import type { MeasureCheck } from './disposal/measure-check.js'
import type { LogSearch } from './events/log-search.js'
import type { ImportService } from './findings/import-service.js'
import type { SourceCheck } from './events/health/source-check.js'
import type { Clock } from './ports/clock.js'
import type { Logger } from './ports/logger.js'
import type { Transactions } from './ports/transaction.js'
import type { ReportService } from './reports/report-service.js'
import type { Directory } from './tenants/directory.js'
import type { SuppressionService } from './threats/suppressions/suppression-service.js'
import type { TriageService } from './threats/triage/triage-service.js'
import type { IntelDesk } from './threats/intel-desk.js'
import type { SimilarIncidents } from './threats/similar-incidents.js'
import type { TicketChanges } from './tickets/ticket-changes.js'
import type { TicketService } from './tickets/ticket-service.js'
import type { ScreenService } from './web-access/screen.js'
import type { WebAccess } from './web-access/web-access.js'
import type { UploadService } from './uploads/upload-service.js'

export interface Core {
  readonly clock: Clock
  readonly logger: Logger
  readonly transactions: Transactions
  readonly directory: Directory
  readonly tickets: TicketService
  readonly changes: TicketChanges
  readonly disposals: DisposalService
  readonly measures: MeasureCheck
  readonly reports: ReportService
  readonly sources: SourceCheck
  readonly preferences: PreferenceService
  readonly links: DecisionLinks
  readonly journal: DeliveryJournal
  readonly suppressions: SuppressionService
  readonly triage: TriageService
  readonly intel: IntelDesk
  readonly logs: LogSearch
  readonly similar: SimilarIncidents
  readonly uploads: UploadService
  readonly imports: ImportService
  readonly webAccess: WebAccess
  readonly screen: ScreenService
}
