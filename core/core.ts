// The services the entrances (chat, HTTP, CLI) call, built once by app/compose.ts.
import type { AssetDesk } from './assets/asset-desk.js'
import type { AssetRegister } from './assets/asset-register.js'
import type { AssetImport } from './assets/import-assets.js'
import type { AdvisoryService } from './cases/advisory-service.js'
import type { ChangeService } from './cases/change-service.js'
import type { ExposureService } from './cases/exposure-service.js'
import type { ServiceOrderService } from './cases/service-order-service.js'
import type { DecisionLinks } from './delivery/decision-links.js'
import type { DeliveryJournal } from './delivery/journal.js'
import type { PreferenceService } from './delivery/preferences.js'
import type { DisposalService } from './disposal/disposal-service.js'
import type { DutyDesk } from './duty/duty-desk.js'
import type { EscalationService } from './escalations/escalation-service.js'
import type { RegulatoryService } from './regulatory/regulatory-service.js'
import type { DelegationService } from './tenants/delegation.js'
import type { MeasureCheck } from './disposal/measure-check.js'
import type { LogSearch } from './events/log-search.js'
import type { ImportService } from './findings/import-service.js'
import type { FindingDesk } from './findings/finding-desk.js'
import type { Retests } from './findings/retests.js'
import type { EditionService } from './playbooks/edition-service.js'
import type { EvidenceService } from './playbooks/evidence-service.js'
import type { PlaybookService } from './playbooks/playbook-service.js'
import type { TroubleDesk } from './tickets/report-trouble.js'
import type { IncidentReportService } from './war-room/incident-report-service.js'
import type { WarRoomService } from './war-room/war-room-service.js'
import type { SourceCheck } from './events/health/source-check.js'
import type { PatrolService } from './patrol/patrol-service.js'
import type { StrategyService } from './patrol/strategy-service.js'
import type { Clock } from './ports/clock.js'
import type { Logger } from './ports/logger.js'
import type { Spreadsheets } from './ports/spreadsheet.js'
import type { Transactions } from './ports/transaction.js'
import type { MetricService } from './metrics/metric-set.js'
import type { ReportFiles } from './reports/report-files.js'
import type { ReportReview } from './reports/report-review.js'
import type { ReportService } from './reports/report-service.js'
import type { ScoreService } from './scores/score-service.js'
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
  readonly duty: DutyDesk
  readonly escalations: EscalationService
  readonly regulatory: RegulatoryService
  readonly delegations: DelegationService
  readonly measures: MeasureCheck
  readonly reports: ReportService
  readonly reportFiles: ReportFiles
  readonly reportReview: ReportReview
  readonly metrics: MetricService
  readonly scores: ScoreService
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
  readonly register: AssetRegister
  readonly assets: AssetDesk
  readonly assetImport: AssetImport
  readonly tables: Spreadsheets
  readonly findings: FindingDesk
  readonly retests: Retests
  readonly patrols: PatrolService
  readonly strategies: StrategyService
  readonly exposures: ExposureService
  readonly configurationChanges: ChangeService
  readonly advisories: AdvisoryService
  readonly serviceOrders: ServiceOrderService
  readonly playbooks: PlaybookService
  readonly editions: EditionService
  readonly evidence: EvidenceService
  readonly trouble: TroubleDesk
  readonly warRooms: WarRoomService
  readonly incidentReports: IncidentReportService
  readonly webAccess: WebAccess
  readonly screen: ScreenService
}
