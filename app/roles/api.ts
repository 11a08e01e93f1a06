// The role that takes events in: HTTP and syslog, both into the archive; and what orchestrators ask.
import type { Router } from '@koa/router'
import { startSyslog, type SyslogListener, type SyslogRecord } from '../../adapters/log-source/syslog/index.js'
import { noteDropped } from '../../core/events/health/note-dropped.js'
import { Intake } from '../../core/events/intake.js'
import { SourceMap } from '../../core/events/source-map.js'
import { isAppError } from '../../core/errors.js'
import type { RawRecord } from '../../core/ports/archive.js'
import { decideRouter } from '../../web/api/decide.js'
import { deliveriesRouter } from '../../web/api/deliveries.js'
import { assetImportRouter } from '../../web/api/asset-import.js'
import { screenRouter } from '../../web/api/screen.js'
import { importRouter } from '../../web/api/import.js'
import { linesText } from '../../adapters/shared/message-text.js'
import { ingestRouter } from '../../web/api/ingest.js'
import { metricsRouter } from '../../web/api/metrics.js'
import { openApiRouter } from '../../web/api/openapi.js'
import type { Parts } from '../compose.js'
import { screenPageFolder } from '../folders.js'
import { startLoop } from '../loop.js'
import { startFileSources } from './file-sources.js'

/** Unknown senders are named in the log this often at most (milliseconds). */
const TELL_UNKNOWN_EVERY = 60_000
const LOSSES_MILLISECONDS = 5_000

export interface ApiRole {
  readonly routers: readonly Router[]
  readonly syslog: SyslogListener
  stop(): Promise<void>
}

export async function startApi(parts: Parts): Promise<ApiRole> {
  const { core, clock, logger, metrics, archive, queue, config } = parts
  const intake = new Intake({ archive, queue, clock, logger, counted: (_, records) => metrics.eventsAccepted(records) })
  const sources = new SourceMap({ transactions: core.transactions, clock })
  let toldUnknown = 0
  const syslog = await startSyslog({
    host: config.host,
    port: config.syslogPort,
    logger,
    clock,
    onBatch: async records => {
      const byTenant = new Map<string, RawRecord[]>()
      const sourceOf = await sources.syslogLines()
      for (const record of records) {
        const { source, raw } = sourceOf(record.peer, record.raw)
        if (!source) {
          unknown(record)
          continue
        }
        let list = byTenant.get(source.tenantId)
        if (list === undefined) byTenant.set(source.tenantId, (list = []))
        list.push({ sourceId: source.id, type: 'syslog', receivedAt: record.receivedAt, raw, peer: record.peer })
      }
      // Side by side, so that one commit of the archive carries them all.
      const outcomes = await Promise.allSettled([...byTenant].map(([tenantId, list]) => take(tenantId, list)))
      const failed = outcomes.find(outcome => outcome.status === 'rejected')
      if (failed !== undefined) throw failed.reason
    },
  })
  async function take(tenantId: string, list: readonly RawRecord[]): Promise<void> {
    try {
      await intake.accept(tenantId, list)
    } catch (error) {
      // What can never be stored must not hold up the rest; everything else is offered again.
      if (!isAppError(error, 'REQUEST_INVALID')) throw error
      metrics.eventsRejected('invalid', list.length)
    }
  }
  function unknown(record: SyslogRecord): void {
    metrics.eventsRejected('unknown-sender', 1)
    if (clock.now() - toldUnknown < TELL_UNKNOWN_EVERY) return
    toldUnknown = clock.now()
    logger.warn({ peer: record.peer }, 'syslog from a sender that belongs to no source was not taken; declare it with guanjia apply')
  }
  const screen = screenRouter({
    access: core.webAccess,
    screen: core.screen,
    transactions: core.transactions,
    folder: screenPageFolder,
    secure: config.publicUrl?.startsWith('https:') ?? false,
  })
  const files = startFileSources(parts, intake, sources)
  // Losses are few rows: one per sender that lost something, some seconds apart.
  const losing = startLoop('syslog-losses', LOSSES_MILLISECONDS, logger, async () => {
    for (const { peer, messages } of syslog.takeDropped()) {
      const source = await sources.ofPeer(peer)
      metrics.eventsDropped(source?.name ?? '', messages)
      if (source) await noteDropped({ transactions: core.transactions, clock }, source, messages)
    }
  })
  metrics.watch('guanjia_syslog_dropped', 'Syslog messages lost because nobody could take them', () => syslog.stats().dropped)
  metrics.watch('guanjia_syslog_waiting', 'Syslog messages not yet in the archive', () => syslog.stats().waiting)
  return {
    syslog,
    routers: [
      ingestRouter({ intake, sources, clock, decode: linesText, rejected: (reason, records) => metrics.eventsRejected(reason, records) }),
      importRouter({ imports: core.imports, sources }),
      assetImportRouter({ imports: core.assetImport, sources }),
      deliveriesRouter({ journal: core.journal, sources }),
      metricsRouter({ metrics: core.metrics, reports: core.reports, directory: core.directory, sources }),
      decideRouter({ links: core.links, ids: parts.ids }),
      openApiRouter(),
      screen.router,
    ],
    async stop() {
      screen.close()
      await losing.stop()
      await files.stop()
      await syslog.close()
    },
  }
}
