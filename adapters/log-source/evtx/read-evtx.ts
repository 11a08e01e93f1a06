// The records of a binary Windows event log, chunk by chunk; used by `guanjia parse` and the file source.
import { open, type FileHandle } from 'node:fs/promises'
import { CHUNK_BYTES, EVTX_HEADER_BYTES, evtxRecords, isEvtx, lastRecordId, type EvtxCounts, type EvtxRecord } from './index.js'

/** True when the file begins as a binary event log does; false for what cannot be opened. */
export async function looksLikeEvtx(file: string): Promise<boolean> {
  const handle = await open(file).catch(() => undefined)
  if (handle === undefined) return false
  try {
    return isEvtx(await readAt(handle, 0, 8))
  } finally {
    await handle.close()
  }
}

/** Memory is one chunk. Chunks whose header names no record beyond `after` are read over. `counts` says what could not be read. */
export async function* readEvtxRecords(file: string, counts: EvtxCounts, after = -1n): AsyncGenerator<EvtxRecord> {
  const handle = await open(file)
  try {
    for (let at = EVTX_HEADER_BYTES; ; at += CHUNK_BYTES) {
      const chunk = await readAt(handle, at, CHUNK_BYTES)
      if (chunk.length === 0) return
      const last = lastRecordId(chunk)
      if (last !== undefined && last <= after) continue
      yield* evtxRecords(chunk, counts)
    }
  } finally {
    await handle.close()
  }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await handle.read(buffer, 0, length, position)
  return buffer.subarray(0, bytesRead)
}
