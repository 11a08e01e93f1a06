// Bytes of a feed as they are meant: gzip is recognised by its first bytes and taken apart, and more than allowed ends it. Used by file/ and http/.
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { AppError } from '../../core/errors.js'

/** @throws FEED_FAILED while it is read: too long, broken off, or no gzip after all */
export async function* unpacked(body: AsyncIterable<Uint8Array>, maxBytes: number, feed: string): AsyncGenerator<Uint8Array> {
  const parts = body[Symbol.asyncIterator]()
  const failed = (problem: string, cause?: unknown) => new AppError('FEED_FAILED', { feed, problem }, { cause })
  let bytes = 0
  try {
    const first = await parts.next()
    if (first.done) return
    const all = Readable.from(joined(first.value, parts))
    const gunzip = first.value[0] === 0x1f && first.value[1] === 0x8b ? createGunzip() : undefined
    // A source that breaks off must end the reader as well.
    if (gunzip) all.on('error', error => gunzip.destroy(error))
    for await (const chunk of (gunzip ? all.pipe(gunzip) : all) as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > maxBytes) throw failed(`超过 ${Math.round(maxBytes / 1024 / 1024)} MB`)
      yield chunk
    }
  } catch (error) {
    if (error instanceof AppError) throw error
    throw failed(`读到一半断了（${(error as NodeJS.ErrnoException).code ?? '未知'}）`, error)
  }
}

async function* joined(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Buffer> {
  yield Buffer.from(first)
  for (;;) {
    const next = await rest.next()
    if (next.done) return
    yield Buffer.from(next.value)
  }
}
