// Keeps a reader for every declared file source that this process holds the lease of; part of the API role.
import { join } from 'node:path'
import { startFileSource, type FileSource } from '../../adapters/log-source/file/index.js'
import type { Intake } from '../../core/events/intake.js'
import type { SourceMap } from '../../core/events/source-map.js'
import { instant } from '../../core/ports/clock.js'
import type { Source } from '../../core/tenants/tenant.js'
import type { Parts } from '../compose.js'
import { startLoop } from '../loop.js'

const LEASE_SECONDS = 8
const RENEW_MILLISECONDS = 2000

interface Reading {
  readonly paths: string
  readonly source: FileSource
}

/** One process reads a source at a time; the places are in the data folder, so that another goes on where one stopped. */
export function startFileSources(parts: Parts, intake: Intake, sources: SourceMap): { stop(): Promise<void> } {
  const { leases, clock, logger, config, metrics } = parts
  const reading = new Map<string, Reading>()

  async function renew(): Promise<void> {
    const wanted = new Map((await sources.ofType('file')).map(source => [source.id, source]))
    for (const [id, { paths }] of reading) if (pathsOf(wanted.get(id)) !== paths) await letGo(id)
    for (const source of wanted.values()) {
      const held = await leases.hold(lease(source.id), LEASE_SECONDS)
      if (!held && reading.has(source.id)) await letGo(source.id)
      if (held && !reading.has(source.id)) await start(source)
    }
  }

  async function start(source: Source): Promise<void> {
    const { id, tenantId, paths } = source
    const started = await startFileSource({
      paths: paths ?? [],
      positionFile: join(config.dataDir, 'positions', `${id}.json`),
      logger,
      clock,
      onBatch: lines => {
        const receivedAt = instant(clock.now())
        return intake.accept(
          tenantId,
          lines.map(raw => ({ sourceId: id, type: 'file', receivedAt, raw })),
        )
      },
    })
    reading.set(id, { paths: pathsOf(source), source: started })
  }

  async function letGo(id: string): Promise<void> {
    const known = reading.get(id)
    reading.delete(id)
    await known?.source.close()
  }

  const total = (read: (stats: ReturnType<FileSource['stats']>) => number): number =>
    [...reading.values()].reduce((sum, { source }) => sum + read(source.stats()), 0)
  metrics.watch('guanjia_file_lines', 'Lines read from files by the sources open now', () => total(stats => stats.lines))
  metrics.watch('guanjia_file_missing', 'Declared paths at which nothing can be read', () => total(stats => stats.missing.length))
  metrics.watch('guanjia_file_damaged', 'Parts of binary event logs that could not be read', () => total(stats => stats.damaged))
  const renewing = startLoop('file-sources', RENEW_MILLISECONDS, logger, renew)
  return {
    async stop() {
      await renewing.stop()
      const ids = [...reading.keys()]
      await Promise.all(ids.map(letGo))
      await Promise.all(ids.map(id => leases.release(lease(id))))
    },
  }
}

function lease(id: string): string {
  return `file:${id}`
}

function pathsOf(source: Source | undefined): string {
  return JSON.stringify(source?.paths ?? null)
}
