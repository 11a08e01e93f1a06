// The body of a request up to a limit, gzip undone within the same limit; used where bodies are not JSON objects.
import type { IncomingMessage } from 'node:http'
import { createGunzip } from 'node:zlib'
import { AppError } from '../../core/errors.js'

/** A sender that stalls is given up after this (milliseconds). */
const TIME_LIMIT = 30_000

/** @throws BODY_TOO_LARGE, REQUEST_INVALID for an encoding we do not speak or a broken one */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').toLowerCase()
  if (encoding !== 'identity' && encoding !== 'gzip') throw new AppError('REQUEST_INVALID', { problem: '只支持 gzip 编码' })
  if (Number(request.headers['content-length'] ?? 0) > limit) throw new AppError('BODY_TOO_LARGE', { limit })
  const gunzip = encoding === 'gzip' ? createGunzip() : undefined
  const stream = gunzip ? request.pipe(gunzip) : request
  const timer = setTimeout(() => request.destroy(new Error('the body did not arrive in time')), TIME_LIMIT)
  if (gunzip) request.once('error', error => gunzip.destroy(error))
  const chunks: Buffer[] = []
  let size = 0
  try {
    // Not destroyed on leaving: its socket is needed for the answer.
    for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > limit) throw new AppError('BODY_TOO_LARGE', { limit })
      chunks.push(chunk)
    }
  } catch (cause) {
    if (gunzip) request.unpipe(gunzip)
    gunzip?.destroy()
    // What is still on its way is let pass by: unread, it would stand before the next request of the connection.
    request.resume()
    if (cause instanceof AppError) throw cause
    throw new AppError('REQUEST_INVALID', { problem: '请求体没有传完或压缩格式不对' }, { cause })
  } finally {
    clearTimeout(timer)
  }
  return Buffer.concat(chunks)
}
