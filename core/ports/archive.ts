// The append-only archive of raw events, one folder per tenant and day. It is the hot lane's memory: what is in it
// survives kill -9, and judging reads from it by position, so that a restart or another worker goes on where one stopped.
import type { Instant } from './clock.js'

export interface RawRecord {
  /** Id of the source row it came by. */
  readonly sourceId: string
  /** `raw`, `json`, `syslog`, … as in `/api/v1/ingest/{source}`. */
  readonly type: string
  readonly receivedAt: Instant
  /** The event as it came, at most 64 KiB; text decoded as UTF-8. */
  readonly raw: string
  /** Sender's address where the transport knows it. */
  readonly peer?: string
}

/** A place in one archive file: everything before `offset` (bytes) comes earlier. */
export interface ArchivePosition {
  /** `2026-11-24/<writer>`: day and writer, relative to the tenant's folder. */
  readonly file: string
  readonly offset: number
}

export interface ArchivedRecord extends RawRecord {
  /** Where the record begins. */
  readonly position: ArchivePosition
}

export interface ArchivePage {
  readonly records: readonly ArchivedRecord[]
  /** Where to go on reading, per file. */
  readonly cursors: Readonly<Record<string, number>>
  /** More could be read at once. */
  readonly more: boolean
}

export interface ArchiveQuestion {
  /** Looked for in the raw line as it stands, ignoring case; at least two characters. */
  readonly text: string
  /** An address or name is only found whole: 1.2.3.4 is not in 11.2.3.45. */
  readonly whole: boolean
  /** Receive time: from this on, and before that. */
  readonly from: Instant
  readonly to: Instant
  /** Records handed back. */
  readonly limit: number
  /** Gives up after so many milliseconds and says how far it came. */
  readonly milliseconds: number
}

export interface ArchiveFindings {
  /** Newest first. */
  readonly records: readonly ArchivedRecord[]
  /** Found in what was looked through; may be more than were handed back. */
  readonly matched: number
  /** Everything received since then was looked through; `from` when nothing was left out. */
  readonly reached: Instant
}

export interface Archive {
  /** Resolves when all records are on disk (fsync); many calls share one fsync. @throws ARCHIVE_UNAVAILABLE */
  append(tenantId: string, records: readonly RawRecord[]): Promise<void>
  /** Reads on from the cursors, files in order of day then name, at most `limit` records. A torn last line of a dead writer is skipped. */
  read(tenantId: string, cursors: Readonly<Record<string, number>>, limit: number): Promise<ArchivePage>
  /** The raw line at a position, for evidence; undefined when retention has removed it. */
  at(tenantId: string, position: ArchivePosition): Promise<ArchivedRecord | undefined>
  /** Looks backwards from the newest. A question that takes too long is answered with what there is. */
  search(tenantId: string, question: ArchiveQuestion): Promise<ArchiveFindings>
  /** Removes days older than `days` (never fewer than 180); returns the days removed. */
  expire(tenantId: string, days: number): Promise<readonly string[]>
  close(): Promise<void>
}
