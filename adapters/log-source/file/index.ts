// Files and directories as a log source: what is added to them is handed on in batches, from a place that survives restarts. Started by the API role.
import type { Clock } from '../../../core/ports/clock.js'
import { systemClock } from '../../../core/ports/clock.js'
import type { Logger } from '../../../core/ports/logger.js'
import { readEvtx } from './read-evtx-file.js'
import { contentFrom, contentReader } from './content.js'
import { findFiles, isGzip, MAX_FILES, type FoundFile } from './find-files.js'
import { digest, HEAD_BYTES, TAIL_BYTES } from './identity.js'
import { LineCutter } from './line-cutter.js'
import { matchFiles } from './match-files.js'
import { PositionStore, type Position } from './position-store.js'

export interface FileSourceOptions {
  /** Absolute: files, directories, or patterns in the last part. */
  readonly paths: readonly string[]
  /** Where the places are kept. */
  readonly positionFile: string
  /**
   * Takes at most 1,000 lines, in order. Resolve when they are safe; on a rejection the same batch is offered again, and nothing more is
   * read meanwhile.
   */
  readonly onBatch: (lines: readonly string[]) => Promise<void>
  readonly logger: Logger
  readonly clock?: Clock
  /** Between two looks; 1 second if not given. */
  readonly pollMilliseconds?: number
  readonly retryMilliseconds?: number
}

export interface FileSourceStats {
  /** Lines handed on. */
  readonly lines: number
  /** Lines cut at 64 KiB. */
  readonly oversize: number
  /** Files looked at now. */
  readonly files: number
  /** Files left out because there were too many. */
  readonly left: number
  /** Declared paths of which nothing could be read at the last look. */
  readonly missing: readonly string[]
  /** Chunks and records of binary event logs that could not be read. */
  readonly damaged: number
}

export interface FileSource {
  stats(): FileSourceStats
  /** Looks now and reads all there is; resolves when it is handed on. */
  look(): Promise<void>
  /** Ends after the batch under way. */
  close(): Promise<void>
}

const BATCH_LINES = 1_000
const BATCH_BYTES = 1024 * 1024
/** One file is read no further than this before the others have their turn. */
const TURN_BYTES = 8 * 1024 * 1024
/** A last line without its end is taken as it is when nothing came for so long. */
const STALE_MILLISECONDS = 60_000
const RETRY_MILLISECONDS = 1_000

/** @throws when the kept places cannot be read */
export async function startFileSource(options: FileSourceOptions): Promise<FileSource> {
  const { logger, clock = systemClock, pollMilliseconds = 1_000, retryMilliseconds = RETRY_MILLISECONDS } = options
  const positions = new PositionStore(options.positionFile)
  await positions.load()
  const counts = { lines: 0, oversize: 0, files: 0, left: 0, damaged: 0 }
  let missing: readonly string[] = []
  /** Files whose place is inside a line that was cut. */
  const inLongLine = new WeakSet<Position>()
  /** The files as they were when everything in them had been read; nothing is opened while they stay so. */
  let settled: string | undefined
  let pending = false
  let stopping = false
  let wake: (() => void) | undefined
  let running: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined

  async function pass(): Promise<void> {
    let more = true
    while (more && !stopping) {
      more = false
      const found = await findFiles(options.paths)
      Object.assign(counts, { files: found.files.length, left: found.left })
      if (found.missing.length > 0 && missing.join('\n') !== found.missing.join('\n'))
        logger.warn({ paths: found.missing }, 'nothing to read at a declared path')
      if (found.left > 0) logger.warn({ left: found.left, most: MAX_FILES }, 'too many files in a source')
      missing = found.missing
      const sign = found.files.map(({ path, inode, size, modifiedAt }) => `${path} ${inode} ${size} ${modifiedAt}`).join('\n')
      if (sign === settled) return
      const { matched, waiting } = await matchFiles(found.files, positions.all(), clock.now(), logger)
      pending = waiting
      for (const { file, position } of matched) {
        if (stopping) return
        try {
          if (await readOn(file, position)) more = true
        } catch (error) {
          pending = true
          logger.warn({ err: error, path: file.path }, 'file could not be read, tried again at the next look')
        }
      }
      settled = more || pending ? undefined : sign
    }
  }

  /** True when there is more in the file. */
  async function readOn(file: FoundFile, known: Position | undefined): Promise<boolean> {
    const binary = await readEvtx(file.path, known?.recordId)
    if (binary !== undefined) {
      for await (const { lines, recordId } of binary.batches) {
        if (!(await deliver(lines))) return false
        known = await keep({ ...blank(file), recordId: String(recordId) }, known)
      }
      counts.damaged += binary.damaged()
      return false
    }
    let offset = known?.offset ?? 0
    const isPacked = isGzip(file.path)
    if (!isPacked && file.size === offset) {
      // Renamed, or numbered anew: the place stays, the name is kept in step.
      if (known !== undefined && known.path !== file.path) await keep({ ...known, path: file.path }, known)
      return false
    }
    if (isPacked && known !== undefined && known.path === file.path && file.modifiedAt <= known.readAt) return false
    const cutter = new LineCutter(known !== undefined && inLongLine.has(known))
    const start = offset
    let lines: string[] = []
    let bytes = 0
    const flush = async (upTo: number): Promise<boolean> => {
      if (upTo === offset && lines.length === 0) return true
      if (!(await deliver(lines))) return false
      lines = []
      bytes = 0
      offset = upTo
      known = await keep(await placeAt(file, offset), known)
      if (cutter.inLongLine) inLongLine.add(known)
      return true
    }
    for await (const chunk of contentFrom(file.path, start)) {
      for (const line of cutter.feed(chunk)) {
        lines.push(line.text)
        bytes += line.text.length
        if ((lines.length >= BATCH_LINES || bytes >= BATCH_BYTES) && !(await flush(start + line.end))) return false
      }
      if (stopping) return false
      if (!isPacked && offset - start >= TURN_BYTES) break
    }
    const hasEnded = isPacked || file.onlyKnown || clock.now() - file.modifiedAt > STALE_MILLISECONDS
    if (hasEnded && offset - start < TURN_BYTES) lines.push(...cutter.finish().map(line => line.text))
    counts.oversize += cutter.oversize
    if (!(await flush(start + cutter.done))) return false
    if (known !== undefined && known.path !== file.path) await keep({ ...known, path: file.path }, known)
    if (!isPacked && offset < file.size) pending = true
    return !isPacked && offset - start >= TURN_BYTES
  }

  /** False when the source is closed before the lines were taken. */
  async function deliver(lines: readonly string[]): Promise<boolean> {
    if (lines.length === 0) return true
    while (!stopping) {
      try {
        await options.onBatch(lines)
        counts.lines += lines.length
        return true
      } catch (error) {
        logger.warn({ err: error, lines: lines.length }, 'lines of a file were refused, will be offered again')
        await pause(retryMilliseconds)
      }
    }
    return false
  }

  async function keep(next: Position, before: Position | undefined): Promise<Position> {
    positions.put(next, before)
    await positions.save(clock.now())
    return next
  }

  async function placeAt(file: FoundFile, offset: number): Promise<Position> {
    const read = contentReader(file.path)
    const headLength = Math.min(HEAD_BYTES, offset)
    const from = Math.max(0, offset - TAIL_BYTES)
    return { ...blank(file), offset, headLength, head: digest(await read(0, headLength)), tail: digest(await read(from, offset - from)) }
  }

  function blank(file: FoundFile): Position {
    const { path, device, inode } = file
    return {
      path,
      device,
      inode,
      offset: 0,
      headLength: 0,
      head: digest(Buffer.alloc(0)),
      tail: digest(Buffer.alloc(0)),
      readAt: clock.now(),
    }
  }

  function pause(milliseconds: number): Promise<void> {
    return new Promise(resolve => {
      const waiting = setTimeout(resolve, milliseconds)
      wake = () => {
        clearTimeout(waiting)
        resolve()
      }
    })
  }

  function look(): Promise<void> {
    running ??= pass().finally(() => {
      running = undefined
    })
    return running
  }

  function schedule(): void {
    timer = setTimeout(() => {
      look()
        .catch((error: unknown) => logger.error({ err: error }, 'files could not be looked at'))
        .finally(() => {
          if (!stopping) schedule()
        })
    }, pollMilliseconds)
  }
  schedule()

  return {
    stats: () => ({ ...counts, missing }),
    look,
    async close() {
      stopping = true
      clearTimeout(timer)
      wake?.()
      await running?.catch(() => undefined)
    },
  }
}
