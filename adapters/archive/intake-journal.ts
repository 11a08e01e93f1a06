// Makes what many tenants append durable with one sync: everything is kept here first, in one file per process, and reaches the tenants'
// files without waiting for the disk. A second later those are synced and this file is removed; after a loss of power or a kill it is
// written into them again, at the same places. Used by segment-writer.ts; `recoverJournals` runs before an archive is read.
import { open, readdir, rm, stat } from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'
import type { Logger } from '../../core/ports/logger.js'
import type { ArchiveFiles, SegmentFile } from './archive-files.js'

const FOLDER = 'journal'
/** Tenants' files are synced this often (milliseconds), or after so many bytes. */
const CHECKPOINT = 1000
const CHECKPOINT_BYTES = 32 * 1024 * 1024
const MAX_COMMIT_BYTES = 8 * 1024 * 1024
/** Journals of living processes are at most seconds old; one that is older belongs to a dead one. */
const DEAD_AFTER = 600_000
const MAX_JOURNAL_BYTES = 1024 * 1024 * 1024

/** One journal file and what of it is not yet safe elsewhere. */
interface Generation {
  readonly path: string
  readonly file: SegmentFile
  size: number
  /** Kept here and not yet written to the tenant's file. */
  pending: number
  readonly dirty: Set<SegmentFile>
  /** Called when `pending` falls to none. */
  drained: () => void
}

interface Waiting {
  readonly entry: Buffer
  readonly done: (settle: Settle) => void
  readonly failed: (error: unknown) => void
}

/** To be called when the bytes are in the tenant's file, or never will be. */
export type Settle = (file?: SegmentFile) => void

interface Parts {
  /** The archive's folder. */
  readonly root: string
  readonly writer: string
  readonly files: ArchiveFiles
  readonly logger: Logger
}

export class IntakeJournal {
  private readonly waiting: Waiting[] = []
  private running: Promise<void> | undefined
  private current: Generation | undefined
  private checkpoints: Promise<void> = Promise.resolve()
  private timer: NodeJS.Timeout | undefined
  private sequence = 0
  /** Closed by their writer, which synced them first. */
  private readonly closed = new WeakSet<SegmentFile>()
  constructor(private readonly parts: Parts) {}

  /** Resolves when the bytes survive a loss of power; they then belong at `offset` of the file at `path`. */
  keep(path: string, offset: number, bytes: Buffer): Promise<Settle> {
    const head = Buffer.from(`${JSON.stringify({ p: relative(this.parts.root, path), o: offset, n: bytes.length })}\n`)
    return new Promise((done, failed) => {
      this.waiting.push({ entry: Buffer.concat([head, bytes]), done, failed })
      this.running ??= this.run().finally(() => {
        this.running = undefined
      })
    })
  }

  /** The writer synced and closed it. */
  wasClosed(file: SegmentFile): void {
    this.closed.add(file)
  }

  /** Resolves when nothing waits and the tenants' files hold everything. */
  async close(): Promise<void> {
    while (this.running !== undefined) await this.running
    clearTimeout(this.timer)
    this.checkpoint()
    await this.checkpoints
  }

  private async run(): Promise<void> {
    // Calls of the same turn of the event loop share the first write.
    await Promise.resolve()
    while (this.waiting.length > 0) {
      const group = this.takeGroup()
      try {
        const generation = (this.current ??= await this.begin())
        const bytes = Buffer.concat(group.map(item => item.entry))
        for (let written = 0; written < bytes.length;) {
          const count = await generation.file.write(bytes, written, generation.size + written)
          if (count <= 0) throw new Error('disk took nothing')
          written += count
        }
        await generation.file.sync()
        generation.size += bytes.length
        generation.pending += group.length
        for (const item of group) item.done(settleOf(generation))
        if (generation.size >= CHECKPOINT_BYTES) this.checkpoint()
        else this.timer ??= setTimeout(() => this.checkpoint(), CHECKPOINT)
      } catch (error) {
        // Nobody knows what is behind the last good byte: it is cut off, and this file is not written any more.
        await this.current?.file.truncate(this.current.size).catch(() => undefined)
        this.checkpoint()
        for (const item of group) item.failed(error)
      }
    }
  }

  private takeGroup(): Waiting[] {
    let [count, size] = [0, 0]
    for (const { entry } of this.waiting) {
      if (count > 0 && size + entry.length > MAX_COMMIT_BYTES) break
      count += 1
      size += entry.length
    }
    return this.waiting.splice(0, count)
  }

  private async begin(): Promise<Generation> {
    const folder = join(this.parts.root, FOLDER)
    await this.parts.files.makeFolder(folder)
    for (;;) {
      const path = join(folder, `${this.parts.writer}-${this.sequence++}.log`)
      try {
        const file = await this.parts.files.create(path)
        return { path, file, size: 0, pending: 0, dirty: new Set(), drained: () => undefined }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
    }
  }

  /** Writing goes on in a new file; the old one is removed when the tenants' files are on disk. */
  private checkpoint(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    const generation = this.current
    if (!generation) return
    this.current = undefined
    this.checkpoints = this.checkpoints.then(() => this.finish(generation))
  }

  private async finish(generation: Generation): Promise<void> {
    try {
      if (generation.pending > 0) await new Promise<void>(resolve => (generation.drained = resolve))
      for (const file of generation.dirty) if (!this.closed.has(file)) await file.sync()
      await generation.file.close()
      await rm(generation.path, { force: true })
    } catch (error) {
      // It stays, and is written again at the next start: harmless, because every byte has its place.
      this.parts.logger.warn({ error, journal: generation.path }, 'journal of the archive could not be finished')
    }
  }
}

function settleOf(generation: Generation): Settle {
  let isSettled = false
  return file => {
    if (isSettled) return
    isSettled = true
    if (file) generation.dirty.add(file)
    generation.pending -= 1
    if (generation.pending === 0) generation.drained()
  }
}

/**
 * Writes what processes that died had kept and not yet synced into the tenants' files, each byte at its place; may run beside living writers.
 * @param quietSince milliseconds a journal must not have been written for; 0 at a start, when the process before may have died just now
 * @returns entries written anew
 */
export async function recoverJournals(root: string, ownWriter: string, logger: Logger, quietSince = 0): Promise<number> {
  const folder = join(root, FOLDER)
  const names = (await readdir(folder).catch(() => [])).filter(name => name.endsWith('.log') && !name.startsWith(`${ownWriter}-`)).sort()
  let written = 0
  for (const name of names) {
    const path = join(folder, name)
    try {
      const { size, mtimeMs } = await stat(path)
      // A writer that lives finishes its journal within a second or two.
      if (Date.now() - mtimeMs < quietSince) continue
      if (size > MAX_JOURNAL_BYTES) throw new Error('too large to be ours')
      written += await replay(root, path)
      if (Date.now() - mtimeMs > DEAD_AFTER) await rm(path, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        logger.error({ error, journal: name }, 'journal of the archive could not be read')
    }
  }
  if (written > 0) logger.info({ entries: written }, 'records of a process that ended were put into the archive')
  return written
}

async function replay(root: string, path: string): Promise<number> {
  const handle = await open(path, 'r')
  try {
    const bytes = await handle.readFile()
    let [at, written] = [0, 0]
    while (at < bytes.length) {
      const end = bytes.indexOf(10, at)
      if (end < 0) break
      const entry = readHead(bytes.subarray(at, end).toString('utf8'))
      // A torn end was never acknowledged.
      if (!entry || end + 1 + entry.n > bytes.length) break
      if (await put(root, entry, bytes.subarray(end + 1, end + 1 + entry.n))) written += 1
      at = end + 1 + entry.n
    }
    return written
  } finally {
    await handle.close()
  }
}

interface Head {
  readonly p: string
  readonly o: number
  readonly n: number
}

function readHead(text: string): Head | undefined {
  try {
    const { p, o, n } = JSON.parse(text) as Partial<Head>
    const isGood = typeof p === 'string' && Number.isSafeInteger(o) && Number.isSafeInteger(n) && (o ?? -1) >= 0 && (n ?? -1) >= 0
    return isGood ? { p: p, o: o!, n: n! } : undefined
  } catch {
    return undefined
  }
}

/** True when the file did not hold it yet. */
async function put(root: string, { p, o }: Head, bytes: Buffer): Promise<boolean> {
  if (isAbsolute(p) || p.split(sep).includes('..')) return false
  // Retention may have removed the day meanwhile: then the file is gone, and stays so.
  const handle = await open(join(root, p), 'r+').catch(() => undefined)
  if (!handle) return false
  try {
    const there = Buffer.alloc(bytes.length)
    const { bytesRead } = await handle.read(there, 0, bytes.length, o)
    if (bytesRead === bytes.length && there.equals(bytes)) return false
    await handle.write(bytes, 0, bytes.length, o)
    await handle.datasync()
    return true
  } finally {
    await handle.close()
  }
}
