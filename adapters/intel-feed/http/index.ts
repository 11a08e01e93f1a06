// Feeds by HTTP(S), with conditional requests; made by adapters/intel-feed/index.ts.
import { AppError } from '../../../core/errors.js'
import type { IntelFeed } from '../../../core/ports/intel-feed.js'
import { unpacked } from '../unpacked.js'

/** Until the headers are there, and for the whole list (milliseconds). */
const WHOLE = 900_000

export const httpFeed: IntelFeed = {
  async fetch({ url, credential, etag, lastModified, maxBytes }) {
    const host = URL.canParse(url) ? new URL(url).host : '?'
    const failed = (problem: string, cause?: unknown) => new AppError('FEED_FAILED', { feed: host, problem }, { cause })
    const headers = {
      'user-agent': 'guanjia',
      accept: '*/*',
      ...(credential === undefined ? {} : { authorization: credential }),
      ...(etag === undefined ? {} : { 'if-none-match': etag }),
      ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
    }
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(WHOLE) }).catch((error: unknown) => {
      const { code } = ((error as Error).cause ?? {}) as { code?: unknown }
      throw failed(`连不上（${typeof code === 'string' ? code : 'FAILED'}）`, error)
    })
    if (response.status === 304) return { changed: false }
    if (response.status !== 200 || response.body === null) {
      await response.body?.cancel()
      throw failed(`对方回答 ${response.status}`)
    }
    const length = Number(response.headers.get('content-length') ?? 0)
    if (length > maxBytes) {
      await response.body.cancel()
      throw failed(`超过 ${Math.round(maxBytes / 1024 / 1024)} MB`)
    }
    return {
      changed: true,
      etag: response.headers.get('etag') ?? undefined,
      lastModified: response.headers.get('last-modified') ?? undefined,
      body: unpacked(response.body, maxBytes, host),
    }
  },
}
