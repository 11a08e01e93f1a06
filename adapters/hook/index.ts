// The road by signed POST to a gateway that sends short messages or calls; made by app/compose.ts, chosen by core/delivery.
import { randomUUID } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { AppError } from '../../core/errors.js'
import type { OutgoingMessage, SendOptions, SendReceipt } from '../../core/ports/chat.js'
import { type Clock, instant } from '../../core/ports/clock.js'
import type { Logger } from '../../core/ports/logger.js'
import type { Road, RoadTarget } from '../../core/ports/road.js'
import { type HookDestination, hookDestination, type Resolve } from './hook-destination.js'
import { hookText, maxHookBytes } from './hook-text.js'
import { type HookAnswer, postOnce } from './post-once.js'
import { signHook } from '../shared/sign-hook.js'

export interface HookRoadConfig {
  readonly logger: Logger
  readonly clock: Clock
  /** The secret shared with this gateway; without one nothing is sent. */
  secretOf(target: RoadTarget): string | undefined
  /** From the name's resolution to the answer (10 000). */
  readonly timeoutMilliseconds?: number
  /** The gateway may stand in the operator's own network or on this machine; otherwise only public addresses are called. */
  readonly allowPrivate?: boolean
  /** PEM of the authority that signed the gateways' certificates, where it is not a public one. */
  readonly ca?: string
  /** How names become addresses; the system's way unless a test says otherwise. */
  readonly resolve?: Resolve
}

export interface HookRoad extends Road {
  send(target: RoadTarget, message: OutgoingMessage, options?: SendOptions): Promise<SendReceipt>
}

const minSecretLength = 16
const busySeconds = { unsaid: 60, most: 3600 }
const systemResolve: Resolve = host => lookup(host, { all: true, order: 'verbatim' })

export function hookRoad(config: HookRoadConfig): HookRoad {
  const { logger, clock, timeoutMilliseconds = 10_000, allowPrivate = false, resolve = systemResolve } = config
  return {
    id: 'hook',
    can: {
      mention: false,
      buttons: false,
      update: false,
      files: false,
      markdown: false,
      maxBytes: maxHookBytes,
      perMinute: undefined,
      perHour: undefined,
    },
    async send(target, message, options = {}) {
      const secret = config.secretOf(target)
      if (secret === undefined || secret.length < minSecretLength) throw new AppError('CHAT_REFUSED', { code: 'NO_SECRET' })
      const { title, text } = hookText(message)
      const now = clock.now()
      const timestamp = Math.floor(now / 1000)
      const body = JSON.stringify({
        id: options.idempotencyKey ?? randomUUID(),
        kind: message.kind,
        title,
        text,
        level: options.level,
        at: instant(now),
      })
      const headers = {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'guanjia-hook/1',
        'x-guanjia-timestamp': String(timestamp),
        'x-guanjia-signature': signHook(secret, timestamp, body),
      }
      const signal = AbortSignal.timeout(timeoutMilliseconds)
      let destination: HookDestination | undefined
      try {
        destination = await hookDestination(target.address, host => inTime(resolve(host), signal), allowPrivate)
        const answer = await postOnce(destination, { headers, body, ca: config.ca }, signal)
        if (answer.status >= 200 && answer.status <= 299) return {}
        throw failedStatus(answer, destination.url.host, now)
      } catch (error) {
        const facts = error instanceof AppError ? { outcome: error.code, ...error.facts } : {}
        // The path may hold a key; the host is enough to find the gateway.
        logger.warn({ host: destination?.url.host, ...facts }, 'hook was not delivered')
        throw error
      }
    },
  }
}

/** A name server that does not answer means that nothing was sent. */
async function inTime<T>(resolving: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => undefined as void
  const late = new Promise<never>((_, reject) => {
    stop = () => reject(new AppError('CHAT_UNREACHABLE', { reason: 'TIMEOUT' }))
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([resolving, late])
  } catch (error) {
    if (error instanceof AppError) throw error
    const { code } = error as { code?: unknown }
    throw new AppError('CHAT_UNREACHABLE', { reason: typeof code === 'string' ? code : 'FAILED' })
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function failedStatus({ status, retryAfter }: HookAnswer, host: string, now: number): AppError {
  const code = `HTTP_${status}`
  if (status === 429 || status === 503) return new AppError('CHAT_BUSY', { retryAfterSeconds: waitSeconds(retryAfter, now), code })
  if (status === 404 || status === 410) return new AppError('CHAT_TARGET_DEAD', { chatId: host, code })
  // A proxy says these for a gateway that may have got the message.
  if (status === 502 || status === 504) return new AppError('CHAT_OUTCOME_UNKNOWN', { reason: code })
  return new AppError('CHAT_REFUSED', { code })
}

/** RFC 9110 10.2.3: seconds or a date; what is absent, past or absurd is replaced. */
function waitSeconds(retryAfter: string | undefined, now: number): number {
  const text = (retryAfter ?? '').trim()
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - now) / 1000)
  return seconds > 0 ? Math.min(seconds, busySeconds.most) : busySeconds.unsaid
}
