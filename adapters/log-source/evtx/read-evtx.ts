// The records of a binary Windows event log as lines of XML, chunk by chunk; used by `guanjia parse` and the file source.
import { open, type FileHandle } from 'node:fs/promises'
import { CHUNK_BYTES, EVTX_HEADER_BYTES, evtxCounts, evtxRecords, isEvtx, type EvtxCounts } from './index.js'

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

/** One line of XML per record; memory is one chunk. `counts` says at the end what could not be read. */
export async function* readEvtxLines(file: string, counts: EvtxCounts = evtxCounts()): AsyncGenerator<string> {
  const handle = await open(file)
  try {
    for (let at = EVTX_HEADER_BYTES; ; at += CHUNK_BYTES) {
      const chunk = await readAt(handle, at, CHUNK_BYTES)
      if (chunk.length === 0) return
      for (const record of evtxRecords(chunk, counts)) yield record.xml
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
