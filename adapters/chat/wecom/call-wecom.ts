// One call of WeCom's HTTP interfaces, with everything an other end can do wrong sorted into the catalogue; used by every road but the long connection.
import { AppError } from '../../../core/errors.js'
import { refusal } from './error-classes.js'

export type Fields = Readonly<Record<string, unknown>>

export interface WecomCall {
  /** Holds a key, a token or a secret: it must not appear in a log or an error. */
  readonly url: URL
  /** An object goes as JSON; absent: GET. */
  readonly body?: object | FormData
  /** Who is told when the target is dead. */
  readonly chatId: string
  /** `says`: it may have been carried out without our hearing of it. `prepares`: until the message itself is sent nothing has reached anybody. */
  readonly effect: 'says' | 'prepares'
  readonly timeoutMilliseconds: number
}

const maxAnswerBytes = 64 * 1024
const retryAfterSeconds = 30
/** No connection came about, so nothing can have been said. */
const neverConnected = new Set(
  'ECONNREFUSED ENOTFOUND EAI_AGAIN EHOSTUNREACH ENETUNREACH UND_ERR_CONNECT_TIMEOUT CERT_HAS_EXPIRED DEPTH_ZERO_SELF_SIGNED_CERT SELF_SIGNED_CERT_IN_CHAIN UNABLE_TO_VERIFY_LEAF_SIGNATURE ERR_TLS_CERT_ALTNAME_INVALID'.split(
    ' ',
  ),
)

/**
 * @returns the answer whose `errcode` is 0
 * @throws the class of WeCom's code; CHAT_BUSY for 429 and 503, CHAT_REFUSED for other refusals of HTTP and redirects, CHAT_UNREACHABLE when
 *         nothing was sent; whatever else leaves open whether it was carried out is CHAT_OUTCOME_UNKNOWN, or CHAT_UNREACHABLE with
 *         `retryAfterSeconds` for a call that only prepares
 */
export async function callWecom(call: WecomCall): Promise<Fields> {
  const answer = await fetched(call)
  if (answer.status !== 200) throw failedStatus(call, answer)
  const fields = readFields(answer.text)
  const { errcode, errmsg } = fields
  if (typeof errcode !== 'number') throw unheard(call, 'UNREADABLE_ANSWER')
  if (errcode !== 0) throw refusal(errcode, errmsg, call.chatId)
  return fields
}

interface Answer {
  readonly status: number
  readonly retryAfter: string | null
  readonly text: string
}

async function fetched(call: WecomCall): Promise<Answer> {
  if (call.timeoutMilliseconds <= 0) throw new AppError('CHAT_UNREACHABLE', { reason: 'TIMEOUT', retryAfterSeconds })
  const { body } = call
  try {
    const response = await fetch(call.url, {
      ...(body === undefined
        ? {}
        : body instanceof FormData
          ? { method: 'POST', body }
          : { method: 'POST', headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) }),
      // A redirect would carry the message, and whatever the other end makes of it, to an address nobody entered.
      redirect: 'manual',
      signal: AbortSignal.timeout(call.timeoutMilliseconds),
    })
    return { status: response.status, retryAfter: response.headers.get('retry-after'), text: await boundedText(response) }
  } catch (error) {
    const reason = reasonOf(error)
    throw neverConnected.has(reason) ? new AppError('CHAT_UNREACHABLE', { reason }) : unheard(call, reason)
  }
}

/** What is beyond the bound is left unread; a real answer has some 200 bytes. */
async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    chunks.push(chunk)
    size += chunk.length
    if (size > maxAnswerBytes) break
  }
  return size > maxAnswerBytes ? '' : Buffer.concat(chunks).toString('utf8')
}

function readFields(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Fields) : {}
  } catch {
    return {}
  }
}

/** WeCom answers its own errors with 200; another status is of something in between. */
function failedStatus(call: WecomCall, { status, retryAfter }: Answer): AppError {
  const code = `HTTP_${status}`
  const seconds = /^\d{1,4}$/.test(retryAfter ?? '') ? Number(retryAfter) : 0
  if (status === 429 || status === 503) {
    return new AppError('CHAT_BUSY', { retryAfterSeconds: seconds || retryAfterSeconds, code, reaction: 'slow-down' })
  }
  return status >= 500 || status < 300 ? unheard(call, code) : new AppError('CHAT_REFUSED', { code, reaction: 'tell-staff' })
}

function unheard(call: WecomCall, reason: string): AppError {
  return call.effect === 'says'
    ? new AppError('CHAT_OUTCOME_UNKNOWN', { reason })
    : new AppError('CHAT_UNREACHABLE', { reason, retryAfterSeconds })
}

/** A code such as ECONNREFUSED; messages are not used, they may repeat the address. */
function reasonOf(error: unknown): string {
  for (const one of [(error as { cause?: unknown } | undefined)?.cause, error]) {
    const { code, name } = (one ?? {}) as { code?: unknown; name?: unknown }
    if (typeof code === 'string') return code
    if (name === 'TimeoutError') return 'TIMEOUT'
  }
  return 'FAILED'
}
