// New records of a binary Windows event log that lies among the files of a source; called by the file source.
import { evtxCounts } from '../evtx/index.js'
import { looksLikeEvtx, readEvtxRecords } from '../evtx/read-evtx.js'

export interface EvtxReading {
  readonly batches: AsyncGenerator<{ readonly lines: readonly string[]; readonly recordId: bigint }>
  /** Chunks and records that could not be read, so far. */
  damaged(): number
}

const BATCH_RECORDS = 500

/** Undefined when the file is no such log. Records up to `after` are left out. */
export async function readEvtx(path: string, after: string | undefined): Promise<EvtxReading | undefined> {
  if (!(await looksLikeEvtx(path))) return undefined
  const counts = evtxCounts()
  const last = after === undefined ? -1n : BigInt(after)
  async function* batches(): EvtxReading['batches'] {
    let lines: string[] = []
    let recordId = last
    for await (const record of readEvtxRecords(path, counts, last)) {
      if (record.id <= last) continue
      lines.push(record.xml)
      if (record.id > recordId) recordId = record.id
      if (lines.length < BATCH_RECORDS) continue
      yield { lines, recordId }
      lines = []
    }
    if (lines.length > 0) yield { lines, recordId }
  }
  return { batches: batches(), damaged: () => counts.damagedChunks + counts.damagedRecords }
}
