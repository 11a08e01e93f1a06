// Reads whole lines of one archive file from an offset on; used by the archive's read and at.
import { open } from 'node:fs/promises'
import type { ArchivedRecord } from '../../core/ports/archive.js'
import { fromLine, MAX_LINE_BYTES } from './archive-line.js'

const CHUNK_BYTES = 256 * 1024
const NEWLINE = 0x0a

export interface SegmentPart {
  readonly records: readonly ArchivedRecord[]
  /** Where to go on: behind the last line that was taken or passed over. */
  readonly offset: number
  /** Lines passed over because they are no records. */
  readonly damaged: number
  /** Text bytes of the records. */
  readonly bytes: number
}

/**
 * At most `limit` records and about `maxBytes` (at least one record) from `offset` up to the last newline before `end`.
 * A line without newline is left for later; one longer than any record can be is passed over when its end is there.
 */
export async function readSegment(
  path: string,
  key: string,
  offset: number,
  end: number,
  limit: number,
  maxBytes: number,
): Promise<SegmentPart> {
  const records: ArchivedRecord[] = []
  let next = offset
  let damaged = 0
  let bytes = 0
  let rest: Buffer = Buffer.alloc(0)
  let skipping = false
  const handle = await open(path, 'r')
  try {
    let position = offset
    while (position < end && records.length < limit && bytes < maxBytes) {
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - position))
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, position)
      if (bytesRead === 0) break
      position += bytesRead
      const fresh = chunk.subarray(0, bytesRead)
      const data = rest.length === 0 ? fresh : Buffer.concat([rest, fresh])
      let from = 0
      for (;;) {
        const newline = data.indexOf(NEWLINE, from)
        if (newline === -1 || records.length >= limit || (records.length > 0 && bytes >= maxBytes)) break
        const record = skipping ? undefined : fromLine(data.toString('utf8', from, newline), { file: key, offset: next })
        if (record === undefined) damaged += 1
        else {
          records.push(record)
          bytes += newline - from
        }
        skipping = false
        from = newline + 1
        // `next` is behind this line, also when its beginning was thrown away.
        next = position - (data.length - from)
      }
      rest = data.subarray(from)
      if (rest.length > MAX_LINE_BYTES && rest.indexOf(NEWLINE) === -1) {
        skipping = true
        rest = Buffer.alloc(0)
      }
    }
  } finally {
    await handle.close()
  }
  return { records, offset: next, damaged, bytes }
}

/** The one record that begins at `offset`; undefined when no line begins there. */
export async function readRecordAt(path: string, key: string, offset: number): Promise<ArchivedRecord | undefined> {
  const handle = await open(path, 'r')
  try {
    const from = Math.max(0, offset - 1)
    const buffer = Buffer.alloc(MAX_LINE_BYTES + 2)
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, from)
    const data = buffer.subarray(0, bytesRead)
    if (offset > 0 && data[0] !== NEWLINE) return undefined
    const start = offset - from
    const newline = data.indexOf(NEWLINE, start)
    return newline === -1 ? undefined : fromLine(data.toString('utf8', start, newline), { file: key, offset })
  } finally {
    await handle.close()
  }
}
