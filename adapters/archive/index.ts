// The archive on a disk: one folder per tenant and day, one file per writer and segment. Built by app/compose, used by the hot lane.
import { readdir, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { AppError } from '../../core/errors.js'
import type {
  Archive,
  ArchivedRecord,
  ArchiveFindings,
  ArchivePage,
  ArchivePosition,
  ArchiveQuestion,
  RawRecord,
} from '../../core/ports/archive.js'
import type { Clock } from '../../core/ports/clock.js'
import type { Logger } from '../../core/ports/logger.js'
import { type ArchiveFiles, diskFiles, syncFolder } from './archive-files.js'
import { toLine } from './archive-line.js'
import { checkWriter, isDay, keyOfEntry, readKey, tenantFolder } from './archive-names.js'
import { IntakeJournal, recoverJournals } from './intake-journal.js'
import { readRecordAt, readSegment } from './segment-reader.js'
import { searchSegments, type SearchedSegment } from './segment-search.js'
import { SegmentWriter } from './segment-writer.js'

const DAY_MILLISECONDS = 86_400_000
/** The law asks for six months (MLPS 8.1.4.3). */
const MIN_KEPT_DAYS = 180
/** Cursors of finished files are kept this long; writers never open a day that old. */
const CURSOR_DAYS = 3
/** Journals of processes that died are looked for this often (milliseconds). */
const RECOVER_EVERY = 10_000
const MAX_PAGE_RECORDS = 10_000
const MAX_PAGE_BYTES = 16 * 1024 * 1024
const MAX_OPEN_FILES = 256
const MAX_PENDING_BYTES = 256 * 1024 * 1024

export interface ArchiveOptions {
  /** Made if absent. */
  readonly folder: string
  /** Unique for each start of a process: `[0-9A-Za-z_-]`, at most 64. Two writers must never share a name. */
  readonly writer: string
  readonly clock: Clock
  readonly logger: Logger
  /** A file is followed by the next when it would grow beyond this; 64 MiB if not given. */
  readonly segmentBytes?: number
  /** The disk, unless a test hands in another. */
  readonly files?: ArchiveFiles
}

/** @throws REQUEST_INVALID when `writer` could not be a file name */
export function makeArchive(options: ArchiveOptions): Archive {
  return new FileArchive(options)
}

class FileArchive implements Archive {
  private readonly folder: string
  private readonly writer: string
  private readonly writers = new Map<string, SegmentWriter>()
  private readonly journal: IntakeJournal
  private recovered: Promise<unknown> | undefined
  private recoveredAt = 0
  private readonly limits = { pendingBytes: 0, maxPendingBytes: MAX_PENDING_BYTES }
  private closed = false

  constructor(private readonly options: ArchiveOptions) {
    this.folder = resolve(options.folder)
    this.writer = checkWriter(options.writer)
    this.journal = new IntakeJournal({ root: this.folder, writer: this.writer, files: options.files ?? diskFiles, logger: options.logger })
  }

  async append(tenantId: string, records: readonly RawRecord[]): Promise<void> {
    const folder = tenantFolder(this.folder, tenantId)
    if (this.closed) throw new AppError('ARCHIVE_UNAVAILABLE', { reason: 'closed' })
    if (records.length === 0) return
    const days = new Map<string, string[]>()
    for (const record of records) {
      const line = toLine(record)
      const day = record.receivedAt.slice(0, 10)
      const lines = days.get(day)
      if (lines === undefined) days.set(day, [line])
      else lines.push(line)
    }
    await this.recover()
    const writer = this.writerOf(tenantId, folder)
    const parts = [...days].map(([day, lines]) => writer.append(day, Buffer.from(lines.join(''))))
    // All are waited for, so that a caller who is told "no" knows that nothing is still on its way.
    const outcomes = await Promise.allSettled(parts)
    const failed = outcomes.find(outcome => outcome.status === 'rejected')
    await this.closeIdleFiles()
    if (failed !== undefined) throw failed.reason
  }

  async read(tenantId: string, cursors: Readonly<Record<string, number>>, limit: number): Promise<ArchivePage> {
    const tenant = tenantFolder(this.folder, tenantId)
    // What a process before this one had kept belongs in the files before anybody reads them.
    await this.recover()
    const wanted = Math.min(Math.max(1, Math.trunc(limit) || 1), MAX_PAGE_RECORDS)
    const known = new Map<string, number>()
    for (const [key, offset] of Object.entries(cursors)) {
      if (readKey(tenant, key) !== undefined && Number.isSafeInteger(offset) && offset >= 0) known.set(key, offset)
    }
    const firstDay = this.firstDay(known)
    const days = (await entries(tenant)).filter(day => isDay(day) && day >= firstDay).sort()
    const records: ArchivedRecord[] = []
    let bytes = 0
    let more = false
    for (const day of days) {
      const keys = (await entries(join(tenant, day))).map(entry => keyOfEntry(day, entry)).filter(key => key !== undefined)
      for (const key of keys.sort()) {
        if (more) break
        const offset = known.get(key) ?? 0
        const path = readKey(tenant, key)?.path ?? ''
        const end = this.writers.get(tenantId)?.committedSize(key) ?? (await sizeOf(path))
        if (end <= offset) continue
        // One record more than wanted is looked at: only that proves that there is more.
        const full = records.length >= wanted || bytes >= MAX_PAGE_BYTES
        const part = await readSegment(
          path,
          key,
          offset,
          end,
          full ? 1 : wanted - records.length + 1,
          full ? 1 : MAX_PAGE_BYTES - bytes,
        ).catch(missing)
        if (part === undefined) continue
        if (part.damaged > 0) this.options.logger.warn({ tenantId, file: key, lines: part.damaged }, 'archive passed over damaged lines')
        const room = full ? 0 : wanted - records.length
        const taken = part.records.slice(0, room)
        const left = part.records[taken.length]
        for (const record of taken) records.push(record)
        bytes += part.bytes
        more = left !== undefined
        const reached = left === undefined ? part.offset : left.position.offset
        if (reached > 0) known.set(key, reached)
      }
    }
    return { records, cursors: this.keptCursors(known, more), more: more || bytes >= MAX_PAGE_BYTES }
  }

  async at(tenantId: string, position: ArchivePosition): Promise<ArchivedRecord | undefined> {
    const place = readKey(tenantFolder(this.folder, tenantId), position.file)
    if (place === undefined || !Number.isSafeInteger(position.offset) || position.offset < 0) return undefined
    return await readRecordAt(place.path, position.file, position.offset).catch(missing)
  }

  async search(tenantId: string, question: ArchiveQuestion): Promise<ArchiveFindings> {
    const tenant = tenantFolder(this.folder, tenantId)
    await this.recover()
    const segments: SearchedSegment[] = []
    const [first, last] = [question.from.slice(0, 10), question.to.slice(0, 10)]
    for (const day of (await entries(tenant)).filter(name => isDay(name) && name >= first && name <= last)) {
      for (const entry of await entries(join(tenant, day))) {
        const key = keyOfEntry(day, entry)
        if (key === undefined) continue
        const path = join(tenant, day, entry)
        const facts = await stat(path).catch(missing)
        if (facts === undefined || facts.size === 0) continue
        const size = this.writers.get(tenantId)?.committedSize(key) ?? facts.size
        segments.push({ key, path, size, writtenAt: facts.mtimeMs })
      }
    }
    return searchSegments(segments, question).catch((cause: unknown) => {
      throw new AppError('ARCHIVE_UNAVAILABLE', {}, { cause })
    })
  }

  async expire(tenantId: string, days: number): Promise<readonly string[]> {
    const tenant = tenantFolder(this.folder, tenantId)
    const kept = Number.isFinite(days) ? Math.max(MIN_KEPT_DAYS, Math.trunc(days)) : MIN_KEPT_DAYS
    const first = this.daysAgo(kept)
    const old = (await entries(tenant)).filter(day => isDay(day) && day < first).sort()
    for (const day of old) await rm(join(tenant, day), { recursive: true, force: true })
    if (old.length > 0) await syncFolder(tenant)
    return old
  }

  async close(): Promise<void> {
    this.closed = true
    await Promise.all([...this.writers.values()].map(writer => writer.close()))
    await this.journal.close()
  }

  /** At the start everything that is left; later what other processes left that died meanwhile. */
  private async recover(): Promise<void> {
    if (this.recovered && Date.now() - this.recoveredAt < RECOVER_EVERY) return this.recovered.then(() => undefined)
    const quietSince = this.recovered ? RECOVER_EVERY / 2 : 0
    this.recoveredAt = Date.now()
    this.recovered = recoverJournals(this.folder, this.writer, this.options.logger, quietSince)
    await this.recovered
  }

  private writerOf(tenantId: string, folder: string): SegmentWriter {
    const existing = this.writers.get(tenantId)
    if (existing !== undefined) return existing
    const writer = new SegmentWriter({
      tenantFolder: folder,
      writer: this.writer,
      segmentBytes: this.options.segmentBytes ?? 64 * 1024 * 1024,
      files: this.options.files ?? diskFiles,
      journal: this.journal,
      logger: this.options.logger.child({ tenantId }),
      now: () => this.options.clock.now(),
      limits: this.limits,
    })
    this.writers.set(tenantId, writer)
    return writer
  }

  /** Thousands of tenants must not hold thousands of file handles. */
  private async closeIdleFiles(): Promise<void> {
    const open = [...this.writers.values()].filter(writer => writer.isOpen)
    if (open.length <= MAX_OPEN_FILES) return
    const idle = open.filter(writer => writer.isIdle).sort((a, b) => a.lastUsed - b.lastUsed)
    await Promise.all(idle.slice(0, open.length - MAX_OPEN_FILES).map(writer => writer.closeFile()))
  }

  /** The oldest day with a cursor, and in any case the days a late record may still be filed under; every day when nothing was read yet. */
  private firstDay(known: ReadonlyMap<string, number>): string {
    if (known.size === 0) return ''
    return [...known.keys()].reduce((least, key) => (key < least ? key.slice(0, 10) : least), this.daysAgo(CURSOR_DAYS - 1))
  }

  private daysAgo(days: number): string {
    return new Date(this.options.clock.now() - days * DAY_MILLISECONDS).toISOString().slice(0, 10)
  }

  /**
   * Cursors of days that no writer opens any more are dropped once a page reached the end; the day of the newest cursor always stays, because
   * reading begins at the oldest day that has one.
   */
  private keptCursors(known: ReadonlyMap<string, number>, more: boolean): Record<string, number> {
    const kept: Record<string, number> = {}
    const newest = [...known.keys()].sort().at(-1)?.slice(0, 10) ?? ''
    const horizon = this.daysAgo(CURSOR_DAYS)
    for (const [key, offset] of [...known].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const day = key.slice(0, 10)
      const isOld = day < horizon && day < newest
      if (more || !isOld) kept[key] = offset
    }
    return kept
  }
}

async function entries(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(missing)) ?? []
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(missing))?.size ?? 0
}

/** What retention has removed is not there; everything else is the disk's failure. @throws ARCHIVE_UNAVAILABLE */
function missing(cause: unknown): undefined {
  if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
  throw new AppError('ARCHIVE_UNAVAILABLE', {}, { cause })
}
