// Says a line in a group by the group's webhook (doc 99110), because only that makes phones ring; called by WecomChat for mentions.
import { AppError } from '../../../core/errors.js'
import { cleanText } from './clean-text.js'
import { refusal, tooLong } from './error-classes.js'

const maxTextBytes = 2048
const maxMentioned = 1000
const maxAnswerBytes = 64 * 1024
const timeoutMilliseconds = 10_000
/** No connection came about, so nothing can have been said. */
const neverConnected = new Set(
  'ECONNREFUSED ENOTFOUND EAI_AGAIN EHOSTUNREACH ENETUNREACH UND_ERR_CONNECT_TIMEOUT CERT_HAS_EXPIRED DEPTH_ZERO_SELF_SIGNED_CERT SELF_SIGNED_CERT_IN_CHAIN UNABLE_TO_VERIFY_LEAF_SIGNATURE ERR_TLS_CERT_ALTNAME_INVALID'.split(
    ' ',
  ),
)

export interface MentionOrder {
  /** Holds the key: it must not appear in a log or an error. */
  readonly webhook: string | undefined
  readonly text: string
  readonly userIds: readonly string[]
  readonly chatId: string
  readonly timeoutMilliseconds?: number
}

/** @throws CHAT_REFUSED, CHAT_BUSY, CHAT_TARGET_DEAD, CHAT_UNREACHABLE (nothing was sent), CHAT_OUTCOME_UNKNOWN */
export async function sendMention(order: MentionOrder): Promise<void> {
  const url = checkedUrl(order.webhook)
  const content = cleanText(order.text)
  const bytes = Buffer.byteLength(content)
  if (bytes > maxTextBytes) throw tooLong(bytes, maxTextBytes)
  if (order.userIds.length > maxMentioned) throw new AppError('CHAT_REFUSED', { code: 'TOO_MANY_MENTIONED' })
  const answer = await post(url, JSON.stringify({ msgtype: 'text', text: { content, mentioned_list: order.userIds } }), order)
  if (answer.status !== 200) throw failedStatus(answer)
  const { errcode, errmsg } = readAnswer(answer.text)
  if (typeof errcode !== 'number') throw new AppError('CHAT_OUTCOME_UNKNOWN', { reason: 'UNREADABLE_ANSWER' })
  if (errcode !== 0) throw refusal(errcode, errmsg, order.chatId)
}

/** The parser's own error repeats the address, so it is not kept as a cause; credentials in it would be repeated by fetch. */
function checkedUrl(webhook: string | undefined): URL {
  if (webhook === undefined || webhook === '') throw new AppError('CHAT_REFUSED', { code: 'NO_WEBHOOK' })
  const url = URL.canParse(webhook) ? new URL(webhook) : undefined
  const fits = url && (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '' && url.password === ''
  if (!fits) throw new AppError('CHAT_REFUSED', { code: 'WEBHOOK_INVALID' })
  return url
}

interface Answer {
  readonly status: number
  readonly retryAfter: string | null
  readonly text: string
}

async function post(url: URL, body: string, order: MentionOrder): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body,
      // A redirect would carry the message, and whatever the other end makes of it, to an address nobody entered.
      redirect: 'manual',
      signal: AbortSignal.timeout(order.timeoutMilliseconds ?? timeoutMilliseconds),
    })
    return { status: response.status, retryAfter: response.headers.get('retry-after'), text: await boundedText(response) }
  } catch (error) {
    const reason = reasonOf(error)
    throw new AppError(neverConnected.has(reason) ? 'CHAT_UNREACHABLE' : 'CHAT_OUTCOME_UNKNOWN', { reason })
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

function readAnswer(text: string): { errcode?: unknown; errmsg?: unknown } {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

/** WeCom answers its own errors with 200; another status is of something in between. */
function failedStatus({ status, retryAfter }: Answer): AppError {
  const seconds = /^\d{1,4}$/.test(retryAfter ?? '') ? Number(retryAfter) : 0
  if (status === 429 || status === 503) return new AppError('CHAT_BUSY', { retryAfterSeconds: seconds || 30, code: `HTTP_${status}` })
  return new AppError(status >= 500 ? 'CHAT_OUTCOME_UNKNOWN' : 'CHAT_REFUSED', { code: `HTTP_${status}` })
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
