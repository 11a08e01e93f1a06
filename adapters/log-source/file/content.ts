// Reads the content of a log file from any place on, unpacked where it is packed; used by the file source.
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import { isGzip } from './find-files.js'
import type { ReadContent } from './identity.js'

const CHUNK_BYTES = 256 * 1024
/** Packed files are read no further than this, unpacked: a few kilobytes may hold any length. */
const MAX_UNPACKED_BYTES = 8 * 1024 ** 3

/** For looking here and there; packed files are unpacked from their beginning each time. */
export function contentReader(path: string): ReadContent {
  return async (from, length) => {
    if (length === 0) return Buffer.alloc(0)
    if (!isGzip(path)) return readPlain(path, from, length)
    const parts: Buffer[] = []
    let left = length
    for await (const chunk of unpacked(path, from)) {
      parts.push(chunk.subarray(0, left))
      left -= chunk.length
      if (left <= 0) break
    }
    return Buffer.concat(parts)
  }
}

/** Pieces from `from` to the end as it is now. @throws what the system says; a torn packed file ends where it is torn */
export async function* contentFrom(path: string, from: number): AsyncGenerator<Buffer> {
  if (isGzip(path)) {
    yield* unpacked(path, from)
    return
  }
  const handle = await open(path)
  try {
    let at = from
    for (;;) {
      const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
      const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, at)
      if (bytesRead === 0) return
      at += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}

async function readPlain(path: string, from: number, length: number): Promise<Buffer> {
  const handle = await open(path)
  try {
    const buffer = Buffer.alloc(length)
    let done = 0
    while (done < length) {
      const { bytesRead } = await handle.read(buffer, done, length - done, from + done)
      if (bytesRead === 0) break
      done += bytesRead
    }
    return buffer.subarray(0, done)
  } finally {
    await handle.close()
  }
}

async function* unpacked(path: string, from: number): AsyncGenerator<Buffer> {
  const file = createReadStream(path)
  const gunzip = createGunzip()
  file.on('error', error => gunzip.destroy(error))
  let at = 0
  try {
    for await (const chunk of file.pipe(gunzip) as AsyncIterable<Buffer>) {
      const start = at
      at += chunk.length
      if (at > from) yield start >= from ? chunk : chunk.subarray(from - start)
      if (at > MAX_UNPACKED_BYTES) return
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    // Still being written, or broken: what could be unpacked was read.
    if (!code.startsWith('Z_')) throw error
  } finally {
    file.destroy()
    gunzip.destroy()
  }
}
