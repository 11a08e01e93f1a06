// One record as one line of JSON and back; used by the archive's writer and reader.
import type { ArchivedRecord, ArchivePosition, RawRecord } from '../../core/ports/archive.js'
import { AppError } from '../../core/errors.js'

const MAX_RAW_BYTES = 65_536
const MAX_SHORT = 256
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/

/** The longest line a record can become: every byte of the event as `\u0000`, and the short fields. */
export const MAX_LINE_BYTES = MAX_RAW_BYTES * 6 + 4 * MAX_SHORT * 6 + 200

/** The last one that was right: records come by the batch. */
let lastInstant = ''

/** @throws REQUEST_INVALID for a record the port does not allow; nothing of the call is written then */
export function toLine(record: RawRecord): string {
  const { sourceId, type, receivedAt, raw, peer } = record
  const tooLong = raw.length > MAX_RAW_BYTES || (raw.length > MAX_RAW_BYTES / 3 && Buffer.byteLength(raw) > MAX_RAW_BYTES)
  if (tooLong) throw new AppError('REQUEST_INVALID', { problem: 'record longer than 64 KiB' })
  if (receivedAt !== lastInstant) {
    if (!INSTANT.test(receivedAt) || Number.isNaN(Date.parse(receivedAt))) throw new AppError('REQUEST_INVALID', { problem: 'receivedAt' })
    lastInstant = receivedAt
  }
  if (sourceId.length > MAX_SHORT || type.length > MAX_SHORT || (peer?.length ?? 0) > MAX_SHORT) {
    throw new AppError('REQUEST_INVALID', { problem: 'sourceId, type or peer too long' })
  }
  return `${JSON.stringify({ sourceId, type, receivedAt, raw, peer })}\n`
}

/** Undefined when the line is not a record (a damaged disk, a foreign hand). */
export function fromLine(line: string, position: ArchivePosition): ArchivedRecord | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { sourceId, type, receivedAt, raw, peer } = value as Record<string, unknown>
  if (typeof sourceId !== 'string' || typeof type !== 'string' || typeof receivedAt !== 'string' || typeof raw !== 'string')
    return undefined
  return typeof peer === 'string' ? { sourceId, type, receivedAt, raw, peer, position } : { sourceId, type, receivedAt, raw, position }
}
