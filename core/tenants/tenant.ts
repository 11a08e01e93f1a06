// Customers and what belongs to them: groups, people, sources, devices, authorisation letters.
import type { Preference } from '../delivery/attention.js'
import type { DisposalAction } from '../disposal/disposal.js'
import type { Instant } from '../ports/clock.js'
import type { ReporterKind } from '../regulatory/grade.js'
import type { Role } from './roles.js'

/** Staff, ops room and expert room belong to this pseudo tenant. */
export const PLATFORM = 'platform'

/** domain.md section 11.1. */
export type AuthorizationMode = 'notify' | 'collaborate' | 'preauthorized'

export type Industry = 'education' | 'healthcare' | 'government' | 'finance' | 'energy' | 'manufacturing' | 'telecom' | 'general'

export const industryLabel: Readonly<Record<Industry, string>> = {
  education: '教育',
  healthcare: '医疗',
  government: '政府',
  finance: '金融',
  energy: '能源/电力',
  manufacturing: '制造',
  telecom: '电信/互联网',
  general: '通用',
}

/** One line of the contract's annex: an act × the assets it is for × hours × how long at most (domain.md 11.1). */
export interface LeaveClause {
  /** Number of the clause, as the contract has it. */
  readonly id: string
  readonly actions: readonly DisposalAction[]
  /** The asset that is attacked must stand in one of these; none: any of the customer's. */
  readonly networks: readonly string[]
  /** `HH:mm-HH:mm` in the tenant's zone; null: at any hour. */
  readonly hours: string | null
  readonly maxSeconds: number
}

export interface TenantSettings {
  /** Seconds the first report waits for more hits (group_wait, domain.md 18.2). */
  readonly firstReportWaitSeconds: number
  /** Seconds between two reports of growth of one incident. */
  readonly growthReportSeconds: number
  /** Observation after a passed verification, by priority (domain.md 5.2 row 16). */
  readonly observeSeconds: Readonly<Record<'P1' | 'P2' | 'P3' | 'P4', number>>
  /** How long an authorisation card may be answered. */
  readonly approvalSeconds: number
  /** Addresses or networks that are never blocked, with the reason shown. */
  readonly protectedAddresses: readonly { readonly network: string; readonly why: string }[]
  /** The customer's attention budget where it differs from the industry's; a group's own wishes lie over it. */
  readonly attention?: Partial<Preference> | undefined
  /**
   * A group to which nothing went for so many hours hears a line that the road works, once a day at most; absent: never. For those who
   * want proof that a silent look cannot give (decision 0015).
   */
  readonly spokenProbeHours?: number | undefined
  /** Who the tenant is to the law that wants incidents reported; absent: any operator of a network. */
  readonly reporterKind?: ReporterKind | undefined
  /** Worth of networks (1–5) where no ledger of assets says it. */
  readonly valuedNetworks?: readonly { readonly network: string; readonly value: number }[] | undefined
  /** What may be done at once and told at once, in the mode `preauthorized`. */
  readonly clauses?: readonly LeaveClause[] | undefined
  /** Overrides of detection model parameters by model id. */
  readonly models: Readonly<Record<string, unknown>>
}

const DAY = 86_400
export const defaultSettings: TenantSettings = {
  firstReportWaitSeconds: 60,
  growthReportSeconds: 300,
  observeSeconds: { P1: 7 * DAY, P2: 3 * DAY, P3: DAY, P4: 0 },
  approvalSeconds: 1800,
  protectedAddresses: [],
  models: {},
}

export interface Tenant {
  readonly id: string
  readonly tenantId: string
  /** Short code used in numbers: `IN-uni-261124-001`. */
  readonly code: string
  readonly name: string
  readonly industry: Industry
  readonly mlpsLevel: number
  readonly authorizationMode: AuthorizationMode
  /** IANA name. */
  readonly timeZone: string
  /** Userid of the customer manager. */
  readonly manager: string | null
  readonly settings: TenantSettings
  readonly createdAt: Instant
}

export interface Person {
  readonly id: string
  readonly tenantId: string
  /** WeCom userid, lower case (WeCom compares userids without case). */
  readonly userId: string
  readonly name: string
  readonly role: Role
  readonly mail: string | null
  /** For who must ring them; read out by the gateway for calls and shown to colleagues. */
  readonly phone?: string | null
}

/** domain.md section 2. */
export type GroupForm = 'provider_internal' | 'tenant_internal' | 'linked_corp' | 'external_relay' | 'simulated'

export interface Group {
  readonly id: string
  readonly tenantId: string
  readonly chatId: string
  readonly name: string
  readonly kind: 'butler' | 'ops' | 'expert' | 'war'
  readonly form: GroupForm
  readonly robot: string
  /** Sealed webhook address. */
  readonly webhook: string | null
}

export type RobotMode = 'connection' | 'callback'

export interface Robot {
  readonly id: string
  readonly tenantId: string
  readonly name: string
  readonly botId: string
  /** How WeCom reaches it: by its long connection, or by encrypted callbacks to `/wecom/callback/<name>`, which it can only answer. */
  readonly mode: RobotMode
  /** Sealed: the long connection's secret, or the callback's keys (robot-keys.ts). */
  readonly secret: string
  /** Overrides WECOM_WS_URL. */
  readonly wsUrl: string | null
}

export interface Source {
  readonly id: string
  readonly tenantId: string
  readonly name: string
  readonly type: string
  /** SHA-256 of the token, hex; the token itself is never stored. */
  readonly tokenHash: string
  /** Sender networks for syslog. */
  readonly networks: readonly string[]
  /** Files, directories and patterns of a source of type `file`. */
  readonly paths?: readonly string[] | null
}

export interface Device {
  readonly id: string
  readonly tenantId: string
  readonly name: string
  readonly kind: string
  readonly address: string
  /** Sealed. */
  readonly credential: string | null
  readonly protects: readonly string[]
}

/** The right to decide, lent to a colleague until a moment. */
export interface Delegation {
  readonly id: string
  readonly tenantId: string
  readonly fromUser: string
  readonly toUser: string
  readonly until: Instant
  readonly revokedAt: Instant | null
  readonly createdAt: Instant
}

export interface AuthorizationLetter {
  readonly id: string
  readonly tenantId: string
  readonly number: string
  readonly targets: readonly string[]
  readonly exclude: readonly string[]
  readonly validFrom: Instant
  readonly validTo: Instant
  readonly window: string | null
  readonly kinds: readonly string[]
}
