// One POST to addresses that were checked: no redirect, no second try, bounded answer; called by hookRoad.
import http from 'node:http'
import https from 'node:https'
import type { LookupFunction } from 'node:net'
import { AppError } from '../../core/errors.js'
import type { HookDestination, ResolvedAddress } from './hook-destination.js'

const maxAnswerBytes = 64 * 1024

export interface HookRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly ca: string | undefined
}

export interface HookAnswer {
  readonly status: number
  readonly retryAfter: string | undefined
}

/** @throws CHAT_UNREACHABLE (not connected, so nothing was sent), CHAT_OUTCOME_UNKNOWN (connected, but no answer) */
export function postOnce(
  { url, addresses }: HookDestination,
  { headers, body, ca }: HookRequest,
  signal: AbortSignal,
): Promise<HookAnswer> {
  return new Promise((resolve, reject) => {
    let connected = false
    const isSecure = url.protocol === 'https:'
    const bytes = Buffer.from(body)
    const request = (isSecure ? https : http).request(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': bytes.length },
      // A connection of its own: one kept open would outlive the check of its address.
      agent: false,
      lookup: pinned(addresses),
      signal,
      ...(ca === undefined ? {} : { ca }),
      maxHeaderSize: 16 * 1024,
    })
    request.once('socket', socket => {
      socket.once(isSecure ? 'secureConnect' : 'connect', () => {
        connected = true
      })
    })
    request.once('response', response => {
      resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] })
      // The status says all; the rest is drained so that the other end can finish, up to the bound and the time-out.
      let size = 0
      response.on('error', () => undefined)
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > maxAnswerBytes) response.destroy()
      })
    })
    request.on('error', error => {
      const reason = signal.aborted ? 'TIMEOUT' : codeOf(error)
      reject(new AppError(connected ? 'CHAT_OUTCOME_UNKNOWN' : 'CHAT_UNREACHABLE', { reason }))
    })
    request.end(bytes)
  })
}

/** Hands out what was checked instead of asking again. */
function pinned(addresses: readonly ResolvedAddress[]): LookupFunction {
  return (_host, options, callback) => {
    const [first] = addresses
    if (options.all === true) callback(null, [...addresses])
    else callback(null, first?.address ?? '', first?.family ?? 0)
  }
}

/** A code such as ECONNREFUSED; messages are not used, they may repeat the address. */
function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : 'FAILED'
}
