// The unit of work: domain rows, audit rows and announcements of one change are written together or not at all.
import type { Asset, AssetKey, ServiceEndpoint } from '../assets/asset.js'
import type { AuditEntry, AuditHead, AuditRecord } from '../audit/audit.js'
import type {
  Announcement,
  CardRecord,
  DecisionLink,
  Delivery,
  DeliveryAttempt,
  InboundRecord,
  PreferenceRow,
} from '../delivery/delivery.js'
import type { Case, CaseTransition } from '../cases/case.js'
import type { Timer } from '../clocks/timer.js'
import type { DutyRota } from '../duty/rota.js'
import type { Escalation } from '../escalations/escalation.js'
import type { RegulatoryCase } from '../regulatory/regulatory-case.js'
import type { Disposal } from '../disposal/disposal.js'
import type { Feed, FeedState } from '../intel/feed.js'
import type { ClosureCertificate } from '../findings/certificate.js'
import type { FindingCase, Retest } from '../findings/finding-case.js'
import type { Finding, FindingTransition, ScanImportRecord } from '../findings/finding.js'
import type { SourceHealthRow } from '../events/health/source-health.js'
import type { PasswordTries, PatrolRun, PatrolSlice, ScanCoverage, StrategyVersion } from '../patrol/patrol.js'
import type { EventHour } from '../metrics/event-hours.js'
import type { EvidenceItem, PlaybookEdition, PlaybookRun, RunStep } from '../playbooks/run.js'
import type { Report } from '../reports/report.js'
import type { ReportFile } from '../reports/report-file.js'
import type { ScoreDay } from '../scores/score-day.js'
import type { AuthorizationLetter, Delegation, Device, Group, Person, Robot, Source, Tenant } from '../tenants/tenant.js'
import type { Alert, Incident } from '../threats/incident.js'
import type { Suppression } from '../threats/suppressions/suppression.js'
import type { TriageModelRow } from '../threats/triage/triage-model.js'
import type { Ticket, TicketTransition } from '../tickets/ticket.js'
import type { Upload } from '../uploads/upload.js'
import type { TimelineNote, WarRoom } from '../war-room/war-room.js'
import type { WebPassword, WebSession } from '../web-access/web-session.js'
import type { Instant } from './clock.js'

export interface Row {
  readonly id: string
  readonly tenantId: string
}

/** A condition on one column; a plain value means "equals". */
export type Condition<T> =
  | T
  | { readonly oneOf: readonly T[] }
  | { readonly noneOf: readonly T[] }
  | { readonly not: T }
  | { readonly atMost: NonNullable<T> }
  | { readonly atLeast: NonNullable<T> }
  | { readonly below: NonNullable<T> }
  | { readonly above: NonNullable<T> }
  /** A half-open stretch: `from` is in it, `before` is not. */
  | { readonly from: NonNullable<T>; readonly before: NonNullable<T> }
  | { readonly startsWith: string }

/** Columns holding objects or lists cannot be searched. */
export type Where<R> = { readonly [K in keyof R]?: Condition<R[K]> }

export interface FindOptions<R> {
  readonly order?: { readonly [K in keyof R]?: 'asc' | 'desc' }
  readonly limit?: number
}

export interface Tallied {
  readonly rows: number
  readonly sum: number
}

/** Rows of one kind. Every method but those named `acrossTenants…` needs the tenant and sees no other. */
export interface TenantTable<R extends Row> {
  insert(row: R): Promise<void>
  /** False, and nothing written, when a unique key is already taken. */
  insertIfAbsent(row: R): Promise<boolean>
  /** In statements of at most 200 rows. */
  insertMany(rows: readonly R[]): Promise<void>
  get(tenantId: string, id: string): Promise<R | undefined>
  first(tenantId: string, where: Where<R>, options?: FindOptions<R>): Promise<R | undefined>
  find(tenantId: string, where: Where<R>, options?: FindOptions<R>): Promise<R[]>
  count(tenantId: string, where: Where<R>): Promise<number>
  /** How many rows there are of each combination of the columns, and the sum of a number column over them (0 without one); most rows first. */
  tally<K extends keyof R & string>(
    tenantId: string,
    by: readonly K[],
    where: Where<R>,
    options?: { readonly sum?: keyof R & string; readonly limit?: number },
  ): Promise<(Pick<R, K> & Tallied)[]>
  /** Like `find`, of a few columns only: for figures that read many rows. */
  pick<K extends keyof R & string>(
    tenantId: string,
    columns: readonly K[],
    where: Where<R>,
    options?: FindOptions<R>,
  ): Promise<Pick<R, K>[]>
  /** Conditional update; the number of rows that changed tells who won. */
  update(tenantId: string, where: Where<R>, set: Partial<Omit<R, 'id' | 'tenantId'>>): Promise<number>
  remove(tenantId: string, where: Where<R>): Promise<number>
  /** For dispatchers, schedulers and staff views, which serve all tenants at once. */
  acrossTenantsFind(where: Where<R>, options?: FindOptions<R>): Promise<R[]>
  /** The combinations of these columns among the rows, in no order: for dispatchers, which look at what is there and not at each row. */
  acrossTenantsDistinct<K extends keyof R & string>(columns: readonly K[], where: Where<R>, limit: number): Promise<Pick<R, K>[]>
  /** For dispatchers, which claim and settle rows of all tenants in one statement; the number of rows that changed. */
  acrossTenantsUpdate(where: Where<R>, set: Partial<Omit<R, 'id' | 'tenantId'>>): Promise<number>
}

export interface DetectorStateRow extends Row {
  readonly cursors: Readonly<Record<string, number>>
  readonly state: unknown
  readonly updatedAt: Instant
}

export interface LeaseRow extends Row {
  readonly owner: string
  readonly until: Instant
}

export interface ServiceTokenRow extends Row {
  readonly sealed: string | null
  readonly expiresAt: Instant | null
  /** Somebody is fetching a new one until then. */
  readonly fetchingUntil: Instant | null
}

export interface SequenceRow extends Row {
  readonly value: number
}

export interface JobRunRow extends Row {
  readonly owner: string
  readonly startedAt: Instant
  readonly finishedAt: Instant | null
  readonly error: string | null
}

export interface Tables {
  readonly tenants: TenantTable<Tenant>
  readonly people: TenantTable<Person>
  readonly groups: TenantTable<Group>
  readonly robots: TenantTable<Robot>
  readonly sources: TenantTable<Source>
  readonly sourceHealth: TenantTable<SourceHealthRow>
  readonly devices: TenantTable<Device>
  readonly letters: TenantTable<AuthorizationLetter>
  readonly alerts: TenantTable<Alert>
  readonly incidents: TenantTable<Incident>
  readonly tickets: TenantTable<Ticket>
  readonly timers: TenantTable<Timer>
  readonly dutyRotas: TenantTable<DutyRota>
  readonly escalations: TenantTable<Escalation>
  readonly delegations: TenantTable<Delegation>
  readonly regulatoryCases: TenantTable<RegulatoryCase>
  readonly transitions: TenantTable<TicketTransition>
  readonly disposals: TenantTable<Disposal>
  readonly announcements: TenantTable<Announcement>
  readonly deliveries: TenantTable<Delivery>
  readonly attempts: TenantTable<DeliveryAttempt>
  readonly cards: TenantTable<CardRecord>
  readonly preferences: TenantTable<PreferenceRow>
  readonly links: TenantTable<DecisionLink>
  readonly tokens: TenantTable<ServiceTokenRow>
  readonly uploads: TenantTable<Upload>
  readonly inbound: TenantTable<InboundRecord>
  readonly reports: TenantTable<Report>
  readonly eventHours: TenantTable<EventHour>
  readonly reportFiles: TenantTable<ReportFile>
  readonly scoreDays: TenantTable<ScoreDay>
  readonly findings: TenantTable<Finding>
  readonly findingTransitions: TenantTable<FindingTransition>
  readonly scanImports: TenantTable<ScanImportRecord>
  readonly findingCases: TenantTable<FindingCase>
  readonly retests: TenantTable<Retest>
  readonly certificates: TenantTable<ClosureCertificate>
  readonly assets: TenantTable<Asset>
  readonly assetKeys: TenantTable<AssetKey>
  readonly assetServices: TenantTable<ServiceEndpoint>
  readonly patrolRuns: TenantTable<PatrolRun>
  readonly patrolSlices: TenantTable<PatrolSlice>
  readonly scanCoverage: TenantTable<ScanCoverage>
  readonly passwordTries: TenantTable<PasswordTries>
  readonly strategyVersions: TenantTable<StrategyVersion>
  readonly auditRecords: TenantTable<AuditRecord>
  readonly auditHeads: TenantTable<AuditHead>
  readonly detectorStates: TenantTable<DetectorStateRow>
  readonly intelFeeds: TenantTable<Feed>
  readonly intelFeedStates: TenantTable<FeedState>
  readonly leases: TenantTable<LeaseRow>
  readonly sequences: TenantTable<SequenceRow>
  readonly jobRuns: TenantTable<JobRunRow>
  readonly webPasswords: TenantTable<WebPassword>
  readonly webSessions: TenantTable<WebSession>
  readonly suppressions: TenantTable<Suppression>
  readonly triageModels: TenantTable<TriageModelRow>
  readonly cases: TenantTable<Case>
  readonly caseTransitions: TenantTable<CaseTransition>
  readonly playbookRuns: TenantTable<PlaybookRun>
  readonly playbookSteps: TenantTable<RunStep>
  readonly playbookEditions: TenantTable<PlaybookEdition>
  readonly evidenceItems: TenantTable<EvidenceItem>
  readonly warRooms: TenantTable<WarRoom>
  readonly timelineNotes: TenantTable<TimelineNote>
}

export interface NewAnnouncement {
  readonly tenantId: string
  readonly kind: string
  readonly refs: Readonly<Record<string, string>>
  readonly key: string
  /** Now when absent. */
  readonly dueAt?: Instant
}

export interface Tx extends Tables {
  /** The transaction's time. */
  readonly at: Instant
  id(): string
  /** `IN-uni-261124-001`: prefix, tenant code, day in the tenant's zone, running number of that day. */
  number(prefix: 'AL' | 'IN' | 'TK' | 'DP' | 'RP' | 'FD' | 'PT' | 'AD' | 'SO' | 'AU' | 'PE', tenant: Tenant): Promise<string>
  /** Written at the end of the transaction, chained. */
  audit(entry: AuditEntry): void
  /** Written at the end of the transaction; a key announced before is left alone. */
  announce(announcement: NewAnnouncement): void
}

export interface Transactions {
  /**
   * Runs `work` in one transaction; it may run again after a deadlock, so it must do nothing but read and write through `tx`.
   * @throws DATABASE_UNREACHABLE when the database does not answer; whatever `work` throws, after rolling back
   */
  run<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** Reads of one moment, without locks. */
  read<T>(work: (tables: Tables) => Promise<T>): Promise<T>
  /** Called after a commit that announced or queued something, so that it leaves at once in this process. */
  onCommit(listener: () => void): void
}
