// Looks for a text in archive files from their ends backwards: bytes are compared before any line is decoded. Used by the archive's search.
import { open } from 'node:fs/promises'
import type { ArchivedRecord, ArchiveFindings, ArchiveQuestion } from '../../core/ports/archive.js'
import { fromLine } from './archive-line.js'

export interface SearchedSegment {
  readonly key: string
  readonly path: string
  /** Bytes that were acknowledged. */
  readonly size: number
  /** Milliseconds since 1970 of the last write. */
  readonly writtenAt: number
}

const CHUNK_BYTES = 4 * 1024 * 1024
const NEWLINE = 0x0a
const RECEIVED = Buffer.from('"receivedAt":"')

interface Reader {
  readonly segment: SearchedSegment
  /** Everything from here on was looked through. */
  end: number
  /** Receive time of the earliest line looked at; the last write before anything was. */
  reached: string
}

/**
 * Several writers' files of a day overlap in time: always the one that has come least far back is read on, so that what was looked through
 * is everything since `reached`. Reading stops when the limit is reached, for what is older than what was found is not wanted.
 */
export async function searchSegments(segments: readonly SearchedSegment[], question: ArchiveQuestion): Promise<ArchiveFindings> {
  const deadline = performance.now() + question.milliseconds
  const match = matcher(question)
  let readers: Reader[] = segments.map(segment => {
    return { segment, end: segment.size, reached: new Date(segment.writtenAt).toISOString() }
  })
  const found: ArchivedRecord[] = []
  let matched = 0
  while (readers.length > 0) {
    const reader = readers.reduce((a, b) => (b.reached > a.reached ? b : a))
    if (reader.reached < question.from) break
    // Others came further back: only what is newer than the one that lags behind is sure to be the newest.
    const enough = found.length >= question.limit && found.filter(one => one.receivedAt >= reader.reached).length >= question.limit
    if (enough || performance.now() >= deadline) {
      const reached = reader.reached < question.to ? reader.reached : question.to
      return { records: newest(found, question.limit), matched, reached }
    }
    for (const record of await readBack(reader, question, match)) {
      matched += 1
      found.push(record)
    }
    if (found.length > 4 * question.limit) found.splice(0, found.length, ...newest(found, question.limit))
    readers = readers.filter(one => one.end > 0)
  }
  return { records: newest(found, question.limit), matched, reached: question.from }
}

function newest(records: readonly ArchivedRecord[], limit: number): ArchivedRecord[] {
  const order = (a: ArchivedRecord, b: ArchivedRecord) =>
    a.receivedAt === b.receivedAt ? b.position.offset - a.position.offset : a.receivedAt < b.receivedAt ? 1 : -1
  return [...records].sort(order).slice(0, limit)
}

/** The next piece towards the beginning: whole lines only. */
async function readBack(reader: Reader, question: ArchiveQuestion, match: Matcher): Promise<ArchivedRecord[]> {
  const { segment } = reader
  const start = Math.max(0, reader.end - CHUNK_BYTES)
  const handle = await open(segment.path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (handle === undefined) {
    reader.end = 0
    return []
  }
  const chunk = Buffer.allocUnsafe(reader.end - start)
  try {
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, start)
    if (bytesRead < chunk.length) chunk.fill(NEWLINE, bytesRead)
  } finally {
    await handle.close()
  }
  // The line that begins before the piece belongs to the next one.
  const first = start === 0 ? 0 : chunk.indexOf(NEWLINE) + 1
  // No record is as long as a piece: what has no end in one is damage, and is passed over.
  reader.end = start + (start === 0 ? 0 : first)
  reader.reached = receivedAt(chunk, first) ?? reader.reached
  const found: ArchivedRecord[] = []
  for (const [from, to] of match.lines(chunk, first)) {
    const record = fromLine(chunk.toString('utf8', from, to), { file: segment.key, offset: start + from })
    if (record === undefined || record.receivedAt < question.from || record.receivedAt >= question.to) continue
    if (match.isIn(record.raw)) found.push(record)
  }
  return found
}

/** Of the first line at or behind `from`. */
function receivedAt(chunk: Buffer, from: number): string | undefined {
  const at = chunk.indexOf(RECEIVED, from)
  return at < 0 ? undefined : chunk.toString('latin1', at + RECEIVED.length, at + RECEIVED.length + 24)
}

interface Matcher {
  /** Begin and end of lines that may hold it. */
  lines(chunk: Buffer, from: number): Generator<readonly [number, number]>
  isIn(raw: string): boolean
}

function matcher({ text, whole }: ArchiveQuestion): Matcher {
  const wanted = text.toLowerCase()
  const isAddress = /^[\d.]+$|:/.test(wanted)
  // As it stands in a line of JSON.
  const escaped = Buffer.from(JSON.stringify(text).slice(1, -1))
  const caseless = wanted === text.toUpperCase() ? undefined : escaped.toString('latin1').toLowerCase()
  return {
    *lines(chunk, from) {
      // Without letters bytes are compared; else the piece is lowered once, byte for byte, so that places stay the same.
      const lowered = caseless === undefined ? undefined : chunk.toString('latin1').toLowerCase()
      let at = from
      for (;;) {
        const hit = lowered === undefined || caseless === undefined ? chunk.indexOf(escaped, at) : lowered.indexOf(caseless, at)
        if (hit < 0) return
        const end = chunk.indexOf(NEWLINE, hit)
        if (end < 0) return
        yield [chunk.lastIndexOf(NEWLINE, hit) + 1, end]
        at = end + 1
      }
    },
    isIn(raw) {
      const lower = raw.toLowerCase()
      for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, at + 1)) {
        if (!whole) return true
        const [before, after] = [lower[at - 1] ?? ' ', lower[at + wanted.length] ?? ' ']
        // A port, the end of a sentence or a name above may follow.
        const goesOn = /[0-9a-z_-]/.test(after) || (after === '.' && /[0-9a-z]/.test(lower[at + wanted.length + 1] ?? ' '))
        // Names lie below the wanted one (`.`), and `:` or `=` stands before values; nothing lies below an address.
        const begins = before === '.' ? !isAddress : !/[0-9a-z_-]/.test(before)
        if (begins && !goesOn) return true
      }
      return false
    },
  }
}
