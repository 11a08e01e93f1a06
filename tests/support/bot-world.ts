// The chat runtime on real services and real transactions (tests/support/memory-world.ts), with every room and people who talk in them.
// Used by the tests beside bot/; `openBotWorld` says and presses as a person would and hands back the deliveries that came of it.
import { ScreenService } from '../../core/web-access/screen.js'
import { WebAccess } from '../../core/web-access/web-access.js'
import { argon2Hasher } from '../../adapters/password/argon2.js'
import { sessionSecrets } from '../../adapters/shared/session-secrets.js'
import { commands } from '../../bot/commands/index.js'
import { Announcer } from '../../bot/push/announcer.js'
import type { Command } from '../../bot/runtime/command.js'
import { ChatRuntime } from '../../bot/runtime/chat-runtime.js'
import { scanImport } from '../../adapters/scan-import/index.js'
import { spreadsheets } from '../../adapters/spreadsheet/index.js'
import { AssetDesk } from '../../core/assets/asset-desk.js'
import { AssetRegister } from '../../core/assets/asset-register.js'
import { AssetImport } from '../../core/assets/import-assets.js'
import type { Core } from '../../core/core.js'
import { FindingDesk } from '../../core/findings/finding-desk.js'
import { AdvisoryService } from '../../core/cases/advisory-service.js'
import { ChangeService } from '../../core/cases/change-service.js'
import { ExposureService } from '../../core/cases/exposure-service.js'
import { ServiceOrderService } from '../../core/cases/service-order-service.js'
import { shippedPlaybooks } from './shipped-playbooks.js'
import { EditionService } from '../../core/playbooks/edition-service.js'
import { EvidenceService } from '../../core/playbooks/evidence-service.js'
import { PlaybookLibrary } from '../../core/playbooks/playbook-library.js'
import { PlaybookService } from '../../core/playbooks/playbook-service.js'
import { TroubleDesk } from '../../core/tickets/report-trouble.js'
import { IncidentReportService } from '../../core/war-room/incident-report-service.js'
import { WarRoomService } from '../../core/war-room/war-room-service.js'
import { ImportService } from '../../core/findings/import-service.js'
import { Retests } from '../../core/findings/retests.js'
import { PatrolService } from '../../core/patrol/patrol-service.js'
import { StrategyService } from '../../core/patrol/strategy-service.js'
import { DecisionLinks } from '../../core/delivery/decision-links.js'
import type { CardRecord, Delivery } from '../../core/delivery/delivery.js'
import { DeliveryJournal } from '../../core/delivery/journal.js'
import { PreferenceService } from '../../core/delivery/preferences.js'
import { DisposalService } from '../../core/disposal/disposal-service.js'
import type { Disposal } from '../../core/disposal/disposal.js'
import { DutyDesk } from '../../core/duty/duty-desk.js'
import { EscalationService } from '../../core/escalations/escalation-service.js'
import { RegulatoryService } from '../../core/regulatory/regulatory-service.js'
import { DelegationService } from '../../core/tenants/delegation.js'
import { MeasureCheck } from '../../core/disposal/measure-check.js'
import type { Logger } from '../../core/ports/logger.js'
import type { Transactions } from '../../core/ports/transaction.js'
import { SourceCheck } from '../../core/events/health/source-check.js'
import { MetricService } from '../../core/metrics/metric-set.js'
import { ReportFiles } from '../../core/reports/report-files.js'
import { ReportReview } from '../../core/reports/report-review.js'
import { ScoreService } from '../../core/scores/score-service.js'
import { ReportService } from '../../core/reports/report-service.js'
import { LogSearch } from '../../core/events/log-search.js'
import { IntelBook } from '../../core/threats/indicators/intel-book.js'
import { IntelDesk } from '../../core/threats/intel-desk.js'
import { SimilarIncidents } from '../../core/threats/similar-incidents.js'
import type { Archive } from '../../core/ports/archive.js'
import { Directory } from '../../core/tenants/directory.js'
import { PLATFORM, type Group } from '../../core/tenants/tenant.js'
import { SuppressionService } from '../../core/threats/suppressions/suppression-service.js'
import { TriageService } from '../../core/threats/triage/triage-service.js'
import { TicketChanges } from '../../core/tickets/ticket-changes.js'
import { TicketService } from '../../core/tickets/ticket-service.js'
import { UploadService } from '../../core/uploads/upload-service.js'
import { plainDocuments } from './plain-documents.js'
import { memoryFiles } from './memory-files.js'
import { FakeFirewall } from './fake-firewall.js'
import { fakeScanEngines } from './fake-scan-engines.js'
import { openWorld, type PersonName, type World } from './memory-world.js'

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly facts: Readonly<Record<string, unknown>>
  readonly message: string
}

export interface SayOptions {
  /** Default: the university's butler group. */
  readonly in?: string
  readonly quote?: string
  /** WeCom's msgid; a new one when absent. */
  readonly messageId?: string
}

export interface BotWorld extends World {
  readonly core: Core
  readonly runtime: ChatRuntime
  readonly announcer: Announcer
  readonly log: readonly LogLine[]
  /** What was answered, oldest first. */
  says(userId: string, text: string, options?: SayOptions): Promise<Delivery[]>
  presses(userId: string, taskId: string, key: string, options?: SayOptions): Promise<Delivery[]>
  /** Text of the first answer. */
  asks(userId: string, text: string, options?: SayOptions): Promise<string>
  /** Says everything that is due, and hands back what it became. */
  announce(): Promise<Delivery[]>
  deliveries(chatId?: string): Promise<Delivery[]>
  cards(): Promise<CardRecord[]>
  /** A request for leave made by 张工. */
  requested(ip: string, by?: PersonName): Promise<Disposal>
}

export interface BotWorldOptions {
  /** Raw lines for `查日志`; none when absent. */
  readonly archive?: Pick<Archive, 'search'>
  /** What `查` knows. */
  readonly content?: ConstructorParameters<typeof IntelBook>[0]
  readonly commands?: readonly Command[]
  /** Stands between the runtime and the database. */
  readonly wrap?: (transactions: Transactions) => Transactions
}

const rooms: readonly Pick<Group, 'chatId' | 'kind' | 'tenantId' | 'name'>[] = [
  { chatId: 'g-hos', kind: 'butler', tenantId: 'tenant-hos', name: '示例医院管家群' },
  { chatId: 'ops-1', kind: 'ops', tenantId: PLATFORM, name: '运营群' },
  { chatId: 'exp-1', kind: 'expert', tenantId: PLATFORM, name: '专家群' },
]

export async function openBotWorld(options: BotWorldOptions = {}): Promise<BotWorld> {
  const world = await openWorld()
  await world.transactions.run(async tx => {
    for (const room of rooms)
      await tx.groups.insert({ ...room, id: `group-${room.chatId}`, form: 'simulated', robot: 'main', webhook: null })
  })
  const log: LogLine[] = []
  const logger = recording(log)
  const transactions = options.wrap?.(world.transactions) ?? world.transactions
  const { clock } = world
  const book = new IntelBook(options.content)
  const disposals = new DisposalService(transactions)
  const register = new AssetRegister(transactions)
  const retests = new Retests(transactions)
  const library = new PlaybookLibrary(shippedPlaybooks())
  const core: Core = {
    clock,
    logger,
    transactions,
    directory: new Directory(transactions, clock),
    tickets: new TicketService(transactions),
    changes: new TicketChanges(transactions),
    duty: new DutyDesk(transactions),
    escalations: new EscalationService(transactions),
    regulatory: new RegulatoryService(transactions),
    delegations: new DelegationService(transactions),
    disposals,
    measures: new MeasureCheck({ transactions, devices: new FakeFirewall() }),
    reports: new ReportService({ transactions, clock }),
    reportFiles: new ReportFiles({ transactions, documents: plainDocuments, clock, logger }),
    reportReview: new ReportReview({ transactions, reports: new ReportService({ transactions, clock }) }),
    metrics: new MetricService({ transactions, clock }),
    scores: new ScoreService({ transactions, clock }),
    sources: new SourceCheck(transactions),
    preferences: new PreferenceService(transactions),
    journal: new DeliveryJournal(transactions),
    suppressions: new SuppressionService(transactions),
    triage: new TriageService(transactions),
    webAccess: new WebAccess({ transactions, clock, hasher: argon2Hasher, secrets: sessionSecrets }),
    screen: new ScreenService({ transactions, clock }),
    uploads: new UploadService({ transactions, files: memoryFiles(), clock }),
    imports: new ImportService({ transactions, scans: scanImport, register, retests }),
    register,
    assets: new AssetDesk(transactions),
    assetImport: new AssetImport({ transactions, register, tables: spreadsheets }),
    tables: spreadsheets,
    findings: new FindingDesk(transactions),
    retests,
    patrols: new PatrolService({ transactions, clock, engines: fakeScanEngines() }),
    strategies: new StrategyService(transactions),
    exposures: new ExposureService(transactions),
    configurationChanges: new ChangeService(transactions),
    advisories: new AdvisoryService(transactions),
    serviceOrders: new ServiceOrderService(transactions),
    playbooks: new PlaybookService({ transactions, library, disposals }),
    editions: new EditionService({ transactions, library }),
    evidence: new EvidenceService({ transactions, files: memoryFiles() }),
    trouble: new TroubleDesk({ transactions, library }),
    warRooms: new WarRoomService(transactions),
    incidentReports: new IncidentReportService(transactions),
    links: new DecisionLinks({ transactions, clock, disposals, publicUrl: undefined }),
    intel: new IntelDesk({ transactions, clock, book: () => book }),
    logs: new LogSearch(options.archive ?? { search: (_, { from }) => Promise.resolve({ records: [], matched: 0, reached: from }) }),
    similar: new SimilarIncidents({ transactions, clock }),
  }
  const runtime = new ChatRuntime({ core, commands: options.commands ?? commands, ids: world.ids })
  const announcer = new Announcer({ transactions, clock, logger })
  let said = 0
  const deliveries = (chatId?: string) =>
    world.transactions.read(t => t.deliveries.acrossTenantsFind(chatId === undefined ? {} : { chatId }, { order: { id: 'asc' } }))
  const since = async (before: readonly Delivery[]) => (await deliveries()).filter(row => !before.some(old => old.id === row.id))
  const envelope = (userId: string, given: SayOptions) => {
    const chatId = given.in ?? 'g-uni'
    const messageId = given.messageId ?? `msg-${++said}`
    const chatType = chatId === userId ? ('single' as const) : ('group' as const)
    return { robot: 'main', messageId, chatId, chatType, userId, replyTo: `handle-${messageId}` }
  }
  const says: BotWorld['says'] = async (userId, text, given = {}) => {
    const before = await deliveries()
    await runtime.onMessage({ ...envelope(userId, given), text, ...(given.quote === undefined ? {} : { quote: given.quote }) })
    return since(before)
  }
  return {
    ...world,
    core,
    runtime,
    announcer,
    log,
    says,
    async presses(userId, taskId, key, given = {}) {
      const before = await deliveries()
      await runtime.onPress({ ...envelope(userId, given), taskId, key })
      return since(before)
    },
    asks: async (userId, text, given) => textOf((await says(userId, text, given)).find(row => row.kind === 'answer')),
    async announce() {
      const before = await deliveries()
      while ((await announcer.runDue()) > 0);
      return since(before)
    },
    deliveries,
    cards: () => world.transactions.read(t => t.cards.acrossTenantsFind({}, { order: { id: 'asc' } })),
    requested: async (ip, by = 'zhang') =>
      (await core.disposals.proposeBlock(world.actor(by), { tenantId: world.uni.id, ip, seconds: 3600 })).disposal,
  }
}

/** Everything a person would read of it. */
export function textOf(delivery: Delivery | undefined): string {
  const message = delivery?.message
  if (!message) return ''
  if (message.kind === 'file') return message.file.name
  if (message.kind === 'markdown' || message.kind === 'mention') return message.text
  const { source, title, desc, text, facts } = message.card
  return [source, title, desc ?? '', text ?? '', ...facts.map(({ name, value }) => `${name}：${value}`)].join('\n')
}

function recording(log: LogLine[], known: object = {}): Logger {
  const write = (level: LogLine['level']) => (facts: object, message: string) => {
    log.push({ level, facts: { ...known, ...facts }, message })
  }
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: facts => recording(log, { ...known, ...facts }),
  }
}
