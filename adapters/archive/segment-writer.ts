// Appends lines to one tenant's segment files with group commit; made by the archive for each tenant that writes.
import { join } from 'node:path'
import { AppError } from '../../core/errors.js'
import type { Logger } from '../../core/ports/logger.js'
import type { IntakeJournal } from './intake-journal.js'
import type { ArchiveFiles, SegmentFile } from './archive-files.js'
import { fileKey } from './archive-names.js'

/** What one write may carry; more waits for the next. */
const MAX_COMMIT_BYTES = 4 * 1024 * 1024
/** Days behind which no file is opened any more, so that readers may forget old days. */
const MAX_LATE_DAYS = 1
const DAY_MILLISECONDS = 86_400_000

export interface WriterSettings {
  readonly tenantFolder: string
  readonly writer: string
  readonly segmentBytes: number
  readonly files: ArchiveFiles
  readonly journal: IntakeJournal
  readonly logger: Logger
  readonly now: () => number
  /** Shared by all writers of a process. */
  readonly limits: { pendingBytes: number; readonly maxPendingBytes: number }
}

interface Waiting {
  readonly day: string
  readonly bytes: Buffer
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

interface Segment {
  readonly day: string
  readonly key: string
  readonly path: string
  file: SegmentFile | undefined
  /** Bytes that are durable, here or in the journal; nothing behind it was acknowledged. */
  committed: number
}

export class SegmentWriter {
  private readonly waiting: Waiting[] = []
  private running: Promise<void> | undefined
  private current: Segment | undefined
  private sequence = 0
  private readonly sizes = new Map<string, number>()
  /** Milliseconds since 1970 of the last write, to find idle files. */
  lastUsed = 0

  constructor(private readonly settings: WriterSettings) {}

  /** Bytes of one of this writer's own files that were acknowledged; undefined for files of others. */
  committedSize(key: string): number | undefined {
    return this.sizes.get(key)
  }

  get isIdle(): boolean {
    return this.running === undefined
  }

  get isOpen(): boolean {
    return this.current?.file !== undefined
  }

  /** Resolves when the bytes are on disk. @throws ARCHIVE_UNAVAILABLE */
  append(day: string, bytes: Buffer): Promise<void> {
    const { limits } = this.settings
    if (limits.pendingBytes + bytes.length > limits.maxPendingBytes && limits.pendingBytes > 0) {
      return Promise.reject(new AppError('ARCHIVE_UNAVAILABLE', { reason: 'too much is waiting for the disk' }))
    }
    limits.pendingBytes += bytes.length
    return new Promise((done, failed) => {
      this.waiting.push({ day: this.filedUnder(day), bytes, done, failed })
      this.running ??= this.run()
    })
  }

  /** Resolves when nothing waits and the file is closed. */
  async close(): Promise<void> {
    while (this.running !== undefined) await this.running
    await this.closeFile()
  }

  /** Gives the file handle back; the next append opens it again. */
  async closeFile(): Promise<void> {
    const file = this.current?.file
    if (this.current !== undefined) this.current.file = undefined
    if (file === undefined) return
    await file.sync()
    this.settings.journal.wasClosed(file)
    await file.close()
  }

  /** A record that waited for days is filed under today: readers no longer look at the day it belongs to. */
  private filedUnder(day: string): string {
    const now = this.settings.now()
    const earliest = new Date(now - MAX_LATE_DAYS * DAY_MILLISECONDS).toISOString().slice(0, 10)
    const latest = new Date(now + DAY_MILLISECONDS).toISOString().slice(0, 10)
    return day < earliest || day > latest ? new Date(now).toISOString().slice(0, 10) : day
  }

  private async run(): Promise<void> {
    // Calls of the same turn of the event loop share the first write.
    await Promise.resolve()
    while (this.waiting.length > 0) {
      const group = this.takeGroup()
      const bytes = group.length === 1 && group[0] !== undefined ? group[0].bytes : Buffer.concat(group.map(item => item.bytes))
      try {
        await this.commit(group[0]?.day ?? '', bytes)
        for (const item of group) item.done()
      } catch (cause) {
        await this.abandon()
        this.settings.logger.warn({ err: cause, records: group.length }, 'archive could not write')
        for (const item of group) item.failed(new AppError('ARCHIVE_UNAVAILABLE', {}, { cause }))
      } finally {
        this.settings.limits.pendingBytes -= bytes.length
      }
    }
    this.lastUsed = this.settings.now()
    this.running = undefined
  }

  /** The calls at the head that go to the same day. */
  private takeGroup(): Waiting[] {
    const day = this.waiting[0]?.day
    let count = 0
    let size = 0
    for (const item of this.waiting) {
      if (item.day !== day || (count > 0 && size + item.bytes.length > MAX_COMMIT_BYTES)) break
      count += 1
      size += item.bytes.length
    }
    return this.waiting.splice(0, count)
  }

  private async commit(day: string, bytes: Buffer): Promise<void> {
    const segment = await this.segmentFor(day, bytes.length)
    const file = (segment.file ??= await this.settings.files.reopen(segment.path))
    // Durable from here on; the file itself is synced later, together with those of the other tenants.
    const settle = await this.settings.journal.keep(segment.path, segment.committed, bytes)
    try {
      for (let written = 0; written < bytes.length;) {
        const count = await file.write(bytes, written, segment.committed + written)
        if (count <= 0) throw new Error('disk took nothing')
        written += count
      }
    } catch (error) {
      settle()
      throw error
    }
    settle(file)
    segment.committed += bytes.length
    this.sizes.set(segment.key, segment.committed)
  }

  private async segmentFor(day: string, size: number): Promise<Segment> {
    const { current, settings } = this
    if (current !== undefined && current.day === day && (current.committed === 0 || current.committed + size <= settings.segmentBytes))
      return current
    await this.closeFile()
    this.current = undefined
    this.forgetOldSizes()
    const folder = join(settings.tenantFolder, day)
    await settings.files.makeFolder(folder)
    const { key, path, file } = await this.createNext(day)
    this.current = { day, key, path, file, committed: 0 }
    return this.current
  }

  private async createNext(day: string): Promise<{ key: string; path: string; file: SegmentFile }> {
    for (;;) {
      const key = fileKey(day, this.settings.writer, this.sequence)
      const path = join(this.settings.tenantFolder, `${key}.ndjson`)
      // The number is used up even if the creation fails half way: a name is never tried twice.
      this.sequence += 1
      try {
        const file = await this.settings.files.create(path)
        this.sizes.set(key, 0)
        return { key, path, file }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
    }
  }

  /**
   * After a failed write nobody knows what is behind the last acknowledged byte. The file is cut back and never written again, so that
   * an offset a reader may already hold can never come to mean another record.
   */
  private async abandon(): Promise<void> {
    const segment = this.current
    this.current = undefined
    if (segment?.file === undefined) return
    try {
      await segment.file.truncate(segment.committed)
    } catch (error) {
      this.settings.logger.warn({ err: error, file: segment.key }, 'archive could not cut back a file')
    }
    this.settings.journal.wasClosed(segment.file)
    await segment.file.close().catch(() => undefined)
  }

  private forgetOldSizes(): void {
    const keep = 1_024
    for (const key of this.sizes.keys()) {
      if (this.sizes.size <= keep) return
      this.sizes.delete(key)
    }
  }
}
