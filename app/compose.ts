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
import { makeBullQueue } from '../adapters/queue/bull/bull-queue.js'
import { makeInProcessQueue } from '../adapters/queue/in-process/in-process-queue.js'
import { scanImport } from '../adapters/scan-import/index.js'
import { makeSecretBox } from '../adapters/shared/secret-box.js'
import { makeIds } from '../adapters/shared/uuid-v7.js'
import { sealedFiles } from '../adapters/uploads/sealed-files.js'
import { filePurposes } from '../bot/runtime/file-purposes.js'
import { loadPhrases } from '../adapters/content/load-phrases.js'
import { commands } from '../bot/commands/index.js'
import { ChatRuntime } from '../bot/runtime/chat-runtime.js'
import { makeGuesser } from '../bot/runtime/likeness.js'
import type { Core } from '../core/core.js'
import { DecisionLinks } from '../core/delivery/decision-links.js'
import { DeliveryJournal } from '../core/delivery/journal.js'
import { SharedTokens } from '../core/delivery/shared-tokens.js'
import { PreferenceService } from '../core/delivery/preferences.js'
import { DisposalService } from '../core/disposal/disposal-service.js'
import { MeasureCheck } from '../core/disposal/measure-check.js'
import { AppError } from '../core/errors.js'
import { LogSearch } from '../core/events/log-search.js'
import { ImportService } from '../core/findings/import-service.js'
import type { Archive } from '../core/ports/archive.js'
import { systemClock, type Clock } from '../core/ports/clock.js'
import type { Devices } from '../core/ports/devices.js'
import type { FirewallDriver } from '../core/ports/firewall.js'
import type { Ids } from '../core/ports/ids.js'
import type { Logger } from '../core/ports/logger.js'
import type { TokenStore } from '../core/ports/token-store.js'
import type { Queue } from '../core/ports/queue.js'
import type { Secrets } from '../core/ports/secrets.js'
import { SourceCheck } from '../core/events/health/source-check.js'
import { ReportService } from '../core/reports/report-service.js'
import { Leases } from '../core/scheduling/leases.js'
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
  const drivers = makeFirewallDrivers({ simulatedFolder: join(config.dataDir, 'simulated-firewalls') })
  const devices = makeDevices(drivers, secrets)
  const queue = config.redisUrl
    ? makeBullQueue({ redisUrl: config.redisUrl, prefix: 'guanjia', logger })
    : makeInProcessQueue({ clock, logger })
  const archive = makeArchive({ folder: join(config.dataDir, 'archive'), writer: owner, clock, logger })
  const knowledge = makeKnowledge(config.dataDir, logger)
  const disposals = new DisposalService(transactions)
  const { phrases, faults } = loadPhrases([contentFolder, join(config.dataDir, 'content')])
  for (const fault of faults) logger.warn({ ...fault }, 'phrases were left out')
  const core: Core = {
    clock,
    logger,
    transactions,
    directory: new Directory(transactions),
    tickets: new TicketService(transactions),
    changes: new TicketChanges(transactions),
    disposals,
    measures: new MeasureCheck({ transactions, devices }),
    reports: new ReportService({ transactions, clock }),
    sources: new SourceCheck(transactions),
    preferences: new PreferenceService(transactions),
    journal: new DeliveryJournal(transactions),
    suppressions: new SuppressionService(transactions),
    triage: new TriageService(transactions),
    webAccess: new WebAccess({ transactions, clock, hasher: argon2Hasher, secrets: sessionSecrets }),
    screen: new ScreenService({ transactions, clock }),
    uploads: new UploadService({ transactions, files: sealedFiles(join(config.dataDir, 'uploads'), secrets), clock }),
    imports: new ImportService({ transactions, scans: scanImport }),
    links: new DecisionLinks({ transactions, clock, disposals, publicUrl: config.publicUrl }),
    intel: new IntelDesk({ transactions, clock, book: () => knowledge.book() }),
    logs: new LogSearch(archive),
    similar: new SimilarIncidents({ transactions, clock }),
  }
  return {
    config,
    clock,
    logger,
    ids,
    secrets,
    database,
    core,
    devices,
    deviceKinds: drivers.map(driver => driver.id),
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
      await archive.close()
      await database.source.destroy()
    },
  }
}

function makeDevices(drivers: readonly FirewallDriver[], secrets: Secrets): Devices {
  return {
    firewall(device) {
      const driver = drivers.find(item => item.id === device.kind)
      if (!driver) throw new AppError('DEVICE_MISCONFIGURED', { device: device.name, problem: `没有 ${device.kind} 这种驱动` })
      const credential = device.credential === null ? undefined : secrets.open(device.credential, sealContext('device', device.id))
      const firewall = openFirewall(driver, {
        address: device.address,
        timeoutMilliseconds: DEVICE_MILLISECONDS,
        ...(credential === undefined ? {} : { credential }),
      })
      return { firewall, can: driver.can }
    },
  }
}
