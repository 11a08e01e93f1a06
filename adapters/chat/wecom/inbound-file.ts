// Fetches a file a person sent a robot: bounded in size and time, decrypted (doc 100719); the closure read-callback.ts hands on with the message.
import { createDecipheriv } from 'node:crypto'
import { AppError } from '../../../core/errors.js'

export interface InboundFileRef {
  readonly url: string
  /** Base64 of 32 bytes: of this address (long connection), or the robot's EncodingAESKey. */
  readonly aesKey: string
}

const timeoutMilliseconds = 30_000
/** Padding and a generous name. */
const overhead = 64

/** @throws FILE_REFUSED (too large, cannot be read), CHAT_UNREACHABLE (not fetched) */
export async function fetchInboundFile({ url, aesKey }: InboundFileRef, maxBytes: number): Promise<{ name: string; bytes: Buffer }> {
  const address = URL.canParse(url) ? new URL(url) : undefined
  if (!address || !['http:', 'https:'].includes(address.protocol)) throw unreadable()
  const { sealed, name } = await download(address, maxBytes + overhead)
  return { name, bytes: decrypted(sealed, aesKey) }
}

async function download(address: URL, maxBytes: number): Promise<{ sealed: Buffer; name: string }> {
  try {
    const response = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(timeoutMilliseconds) })
    if (response.status !== 200) throw new AppError('CHAT_UNREACHABLE', { reason: `HTTP_${response.status}` })
    if (Number(response.headers.get('content-length') ?? 0) > maxBytes) {
      await response.body?.cancel()
      throw tooLarge()
    }
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      size += chunk.length
      // Whatever was declared: leaving the loop ends the download.
      if (size > maxBytes) throw tooLarge()
      chunks.push(chunk)
    }
    return { sealed: Buffer.concat(chunks), name: nameOf(response.headers.get('content-disposition') ?? '') }
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('CHAT_UNREACHABLE', { reason: 'FILE' })
  }
}

/** AES-256-CBC, the key's first half as IV, PKCS7 to blocks of 32 bytes. @throws FILE_REFUSED */
export function decrypted(sealed: Buffer, aesKey: string): Buffer {
  const key = Buffer.from(aesKey, 'base64')
  if (key.length !== 32 || sealed.length === 0 || sealed.length % 16 !== 0) throw unreadable()
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const padded = Buffer.concat([decipher.update(sealed), decipher.final()])
  const pad = padded.at(-1) ?? 0
  if (pad < 1 || pad > 32 || pad > padded.length || !padded.subarray(-pad).every(byte => byte === pad)) throw unreadable()
  return padded.subarray(0, padded.length - pad)
}

/** `filename*=UTF-8''…` before `filename=`. */
function nameOf(disposition: string): string {
  const wide = /filename\*=(?:UTF-8|utf-8)''([^;]{1,1000})/.exec(disposition)?.[1]
  const narrow = /filename="?([^";]{1,1000})"?/.exec(disposition)?.[1]
  try {
    return decodeURIComponent((wide ?? narrow ?? '').trim())
  } catch {
    return narrow ?? ''
  }
}

function tooLarge(): AppError {
  return new AppError('FILE_REFUSED', { problem: '文件超过 20 MB' })
}

function unreadable(): AppError {
  return new AppError('FILE_REFUSED', { problem: '文件解不开，请重新发送' })
}
