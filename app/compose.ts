// Which adapter serves which port; services built with plain constructors. One call per process, used by main.ts, the CLI and the tests.
import { ScreenService } from '../core/web-access/screen.js'
import { WebAccess } from '../core/web-access/web-access.js'
import { argon2Hasher } from '../adapters/password/argon2.js'
import { sessionSecrets } from '../adapters/shared/session-secrets.js'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { makeArchive } from '../adapters/archive/index.js'
import { openDatabase, type OpenDatabase } from '../adapters/database/data-source.js'
import { runMigrations } from '../adapters/database/run-migrations.js'
import { makeTransactions } from '../adapters/database/transactions.js'
import { makeFirewallDrivers } from '../adapters/firewall/index.js'
import { openFirewall } from '../adapters/firewall/open-firewall.js'
import { makeHostDrivers } from '../adapters/host/index.js'
import { evidenceFolder } from '../adapters/host/ssh/evidence-folder.js'
import { makeBullQueue } from '../adapters/queue/bull/bull-queue.js'
import { makeInProcessQueue } from '../adapters/queue/in-process/in-process-queue.js'
import { makeScanEngines } from '../adapters/scanner/index.js'
import { scanImport } from '../adapters/scan-import/index.js'
import { spreadsheets } from '../adapters/spreadsheet/index.js'
import { makeDocuments } from '../adapters/documents/index.js'
import { makeSecretBox } from '../adapters/shared/secret-box.js'
import { makeIds } from '../adapters/shared/uuid-v7.js'
import { sealedFiles } from '../adapters/uploads/sealed-files.js'
import { filePurposes } from '../bot/runtime/file-purposes.js'
import { loadPlaybooks } from '../adapters/content/load-playbooks.js'
import { loadPhrases } from '../adapters/content/load-phrases.js'
import { commands } from '../bot/commands/index.js'
import { ChatRuntime } from '../bot/runtime/chat-runtime.js'
import { makeGuesser } from '../bot/runtime/likeness.js'
import { AssetDesk } from '../core/assets/asset-desk.js'
import { AssetRegister } from '../core/assets/asset-register.js'
import { AssetImport } from '../core/assets/import-assets.js'
import type { Core } from '../core/core.js'
import { AdvisoryService } from '../core/cases/advisory-service.js'
import { ChangeService } from '../core/cases/change-service.js'
import { ExposureService } from '../core/cases/exposure-service.js'
import { ServiceOrderService } from '../core/cases/service-order-service.js'
import { EditionService } from '../core/playbooks/edition-service.js'
import { EvidenceService } from '../core/playbooks/evidence-service.js'
import { PlaybookLibrary } from '../core/playbooks/playbook-library.js'
import { PlaybookService } from '../core/playbooks/playbook-service.js'
import { TroubleDesk } from '../core/tickets/report-trouble.js'
import { IncidentReportService } from '../core/war-room/incident-report-service.js'
import { WarRoomService } from '../core/war-room/war-room-service.js'
import { DecisionLinks } from '../core/delivery/decision-links.js'
import { DeliveryJournal } from '../core/delivery/journal.js'
import { SharedTokens } from '../core/delivery/shared-tokens.js'
import { PreferenceService } from '../core/delivery/preferences.js'
import { PatrolService } from '../core/patrol/patrol-service.js'
import { StrategyService } from '../core/patrol/strategy-service.js'
import type { ScanEngines } from '../core/ports/scan-engine.js'
import { DisposalService } from '../core/disposal/disposal-service.js'
import { DutyDesk } from '../core/duty/duty-desk.js'
import { EscalationService } from '../core/escalations/escalation-service.js'
import { RegulatoryService } from '../core/regulatory/regulatory-service.js'
import { DelegationService } from '../core/tenants/delegation.js'
import { whoseAddress } from '../core/threats/whose-address.js'
import { MeasureCheck } from '../core/disposal/measure-check.js'
import { openDevice } from '../adapters/shared/open-device.js'
import { switchDrivers } from '../adapters/switch/index.js'
import { AppError } from '../core/errors.js'
import { LogSearch } from '../core/events/log-search.js'
import { FindingDesk } from '../core/findings/finding-desk.js'
import { ImportService } from '../core/findings/import-service.js'
import { Retests } from '../core/findings/retests.js'
import type { Archive } from '../core/ports/archive.js'
import { systemClock, type Clock } from '../core/ports/clock.js'
import type { Devices } from '../core/ports/devices.js'
import type { FirewallContext, FirewallDriver } from '../core/ports/firewall.js'
import type { HostDriver } from '../core/ports/host.js'
import type { SwitchDriver } from '../core/ports/switch.js'
import type { Device } from '../core/tenants/tenant.js'
import type { Ids } from '../core/ports/ids.js'
import type { Logger } from '../core/ports/logger.js'
import type { TokenStore } from '../core/ports/token-store.js'
import type { Queue } from '../core/ports/queue.js'
import type { Secrets } from '../core/ports/secrets.js'
import { SourceCheck } from '../core/events/health/source-check.js'
import { MetricService } from '../core/metrics/metric-set.js'
import { ReportFiles } from '../core/reports/report-files.js'
import { ReportReview } from '../core/reports/report-review.js'
import { ReportService } from '../core/reports/report-service.js'
import { Leases } from '../core/scheduling/leases.js'
import { ScoreService } from '../core/scores/score-service.js'
import { Directory } from '../core/tenants/directory.js'
import { sealContext } from '../core/tenants/sealing.js'
import { SuppressionService } from '../core/threats/suppressions/suppression-service.js'
import { TriageService } from '../core/threats/triage/triage-service.js'
import { IntelDesk } from '../core/threats/intel-desk.js'
import { SimilarIncidents } from '../core/threats/similar-incidents.js'
import { UploadService } from '../core/uploads/upload-service.js'
import { TicketChanges } from '../core/tickets/ticket-changes.js'
import { TicketService } from '../core/tickets/ticket-service.js'
import type { Config } from './config.js'
import { makeKnowledge, type Knowledge } from './knowledge.js'
import { contentFolder } from './folders.js'
import { Metrics } from './metrics.js'

const DEVICE_MILLISECONDS = 15_000

export interface Parts {
  readonly config: Config
  readonly clock: Clock
  readonly logger: Logger
  readonly ids: Ids
  readonly secrets: Secrets
  readonly database: OpenDatabase
  readonly core: Core
  readonly devices: Devices
  readonly engines: ScanEngines
  /** Kinds of devices there is a driver for. */
  readonly deviceKinds: readonly string[]
  readonly queue: Queue
  readonly archive: Archive
  readonly knowledge: Knowledge
  readonly leases: Leases
  readonly metrics: Metrics
  /** The road of a sentence; heard by the bot's connections and by callbacks alike. */
  readonly runtime: ChatRuntime
  /** Access tokens shared by all processes. */
  readonly tokens: TokenStore
  /** This start of this process; no other has the same. */
  readonly owner: string
  close(): Promise<void>
}

/** @throws DATABASE_UNREACHABLE, CONFIGURATION_INVALID */
export async function compose(config: Config, logger: Logger, clock: Clock = systemClock): Promise<Parts> {
  const ids = makeIds(clock)
  const secrets = makeSecretBox(config.secretKey)
  const database = await openDatabase(config.databaseUrl)
  await runMigrations(database)
  const transactions = makeTransactions(database, { clock, ids, secrets })
  const owner = `${hostname()
    .replaceAll(/[^0-9A-Za-z-]/g, '')
    .slice(0, 20)}-${process.pid}-${ids.next().slice(-8)}`
  const drivers: Drivers = {
    firewalls: makeFirewallDrivers({ simulatedFolder: join(config.dataDir, 'simulated-firewalls') }),
    switches: switchDrivers,
    hosts: makeHostDrivers({ evidence: evidenceFolder(join(config.dataDir, 'evidence')) }),
  }
  const devices = makeDevices(drivers, secrets)
  const queue = config.redisUrl
    ? makeBullQueue({ redisUrl: config.redisUrl, prefix: 'guanjia', logger })
    : makeInProcessQueue({ clock, logger })
  const archive = makeArchive({ folder: join(config.dataDir, 'archive'), writer: owner, clock, logger })
  const knowledge = makeKnowledge(config.dataDir, logger)
  const disposals = new DisposalService(transactions, { archive, clock, whose: ip => whoseAddress(knowledge.book(), ip) })
  const engines = makeScanEngines({ folder: join(config.dataDir, 'scanner'), scans: scanImport, enabled: !config.demo })
  const documents = makeDocuments()
  const reports = new ReportService({ transactions, clock })
  const { phrases, faults } = loadPhrases([contentFolder, join(config.dataDir, 'content')])
  for (const fault of faults) logger.warn({ ...fault }, 'phrases were left out')
  const register = new AssetRegister(transactions)
  const retests = new Retests(transactions)
  const read = loadPlaybooks([contentFolder, join(config.dataDir, 'content')])
  for (const fault of read.faults) logger.warn({ ...fault }, 'a playbook was left out')
  const library = new PlaybookLibrary(read.playbooks)
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
    measures: new MeasureCheck({ transactions, devices }),
    reports,
    reportFiles: new ReportFiles({ transactions, documents, clock, logger }),
    reportReview: new ReportReview({ transactions, reports }),
    metrics: new MetricService({ transactions, clock }),
    scores: new ScoreService({ transactions, clock }),
    sources: new SourceCheck(transactions),
    preferences: new PreferenceService(transactions),
    journal: new DeliveryJournal(transactions),
    suppressions: new SuppressionService(transactions),
    triage: new TriageService(transactions),
    webAccess: new WebAccess({ transactions, clock, hasher: argon2Hasher, secrets: sessionSecrets }),
    screen: new ScreenService({ transactions, clock }),
    uploads: new UploadService({ transactions, files: sealedFiles(join(config.dataDir, 'uploads'), secrets), clock }),
    imports: new ImportService({ transactions, scans: scanImport, register, retests }),
    register,
    assets: new AssetDesk(transactions),
    assetImport: new AssetImport({ transactions, register, tables: spreadsheets }),
    tables: spreadsheets,
    findings: new FindingDesk(transactions),
    retests,
    patrols: new PatrolService({ transactions, clock, engines }),
    strategies: new StrategyService(transactions),
    exposures: new ExposureService(transactions),
    configurationChanges: new ChangeService(transactions),
    advisories: new AdvisoryService(transactions),
    serviceOrders: new ServiceOrderService(transactions),
    playbooks: new PlaybookService({ transactions, library, disposals }),
    editions: new EditionService({ transactions, library }),
    evidence: new EvidenceService({ transactions, files: sealedFiles(join(config.dataDir, 'evidence'), secrets) }),
    trouble: new TroubleDesk({ transactions, library }),
    warRooms: new WarRoomService(transactions),
    incidentReports: new IncidentReportService(transactions),
    links: new DecisionLinks({ transactions, clock, disposals, publicUrl: config.publicUrl }),
    intel: new IntelDesk({ transactions, clock, book: () => knowledge.book() }),
    logs: new LogSearch(archive),
    similar: new SimilarIncidents({ transactions, clock }),
  }
  await core.duty.learnHolidays()
  return {
    config,
    clock,
    logger,
    ids,
    secrets,
    database,
    core,
    devices,
    engines,
    deviceKinds: [...drivers.firewalls, ...drivers.switches, ...drivers.hosts].map(driver => driver.id),
    queue,
    archive,
    knowledge,
    leases: new Leases({ transactions, clock, owner }),
    metrics: new Metrics(),
    runtime: new ChatRuntime({ core, commands, ids, filePurposes, guesser: makeGuesser(phrases) }),
    tokens: new SharedTokens({ transactions, secrets, clock }),
    owner,
    async close() {
      await queue.close()
      await documents.close()
      await archive.close()
      await database.source.destroy()
    },
  }
}

interface Drivers {
  readonly firewalls: readonly FirewallDriver[]
  readonly switches: readonly SwitchDriver[]
  readonly hosts: readonly HostDriver[]
}

function makeDevices({ firewalls, switches, hosts }: Drivers, secrets: Secrets): Devices {
  const driverOf = <Driver extends { readonly id: string }>(all: readonly Driver[], device: Device): Driver => {
    const driver = all.find(item => item.id === device.kind)
    if (!driver) throw new AppError('DEVICE_MISCONFIGURED', { device: device.name, problem: `没有 ${device.kind} 这种驱动` })
    return driver
  }
  const contextOf = (device: Device): FirewallContext => {
    const credential = device.credential === null ? undefined : secrets.open(device.credential, sealContext('device', device.id))
    return {
      address: device.address,
      timeoutMilliseconds: DEVICE_MILLISECONDS,
      ...(credential === undefined ? {} : { credential }),
    }
  }
  return {
    firewall(device) {
      const driver = driverOf(firewalls, device)
      return { firewall: openFirewall(driver, contextOf(device)), can: driver.can }
    },
    switch: device => openDevice(driverOf(switches, device), contextOf(device)),
    host: device => openDevice(driverOf(hosts, device), contextOf(device)),
  }
}
