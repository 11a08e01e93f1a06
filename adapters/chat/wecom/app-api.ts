// Calls the interfaces of a self-built application with its access token (docs 91039, 90236); AppRoad sends by it.
import { createHash } from 'node:crypto'
import * as z from 'zod'
import { AppError, isAppError } from '../../../core/errors.js'
import { type Clock, instant } from '../../../core/ports/clock.js'
import type { Logger } from '../../../core/ports/logger.js'
import type { StoredToken, TokenStore } from '../../../core/ports/token-store.js'
import { apiBaseUrl } from './api-base.js'
import { callWecom, type Fields, type WecomCall } from './call-wecom.js'

export interface AppCredentials {
  /** WECOM_API_BASE, e.g. `https://qyapi.weixin.qq.com`; may have a path. */
  readonly apiBase: string
  readonly corpId: string
  readonly agentId: number
  readonly secret: string
}

interface Parts {
  readonly tokens: TokenStore
  readonly logger: Logger
  readonly clock: Clock
}

export interface AppCall extends Pick<WecomCall, 'body' | 'chatId' | 'effect'> {
  /** Below `/cgi-bin/`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  /** Milliseconds left for everything this call takes. */
  left(): number
}

/** Field of an answer that took a second call: what the first was refused with. WeCom has no field of that name. */
export const RENEWED_AFTER = 'guanjia_renewed_after'

const Token = z.object({
  access_token: z.string().min(1).max(2048),
  expires_in: z
    .number()
    .positive()
    .max(30 * 86_400),
})
/** No single call is waited for longer than this, unless it carries a file. */
const callMilliseconds = 10_000
/** A token is given back this long before it ends, so that a call under way does not lose it. */
const marginSeconds = 300
/** Corp or secret wrong. Asking on gets our address blocked for an hour, with every other application on it (doc 90313). */
const wrongCredentials: readonly unknown[] = [40001, 40013, 40091]
const pauseMilliseconds = 10 * 60_000

export class AppApi {
  private readonly base: URL
  private readonly tokenKey: string
  private refused: { readonly error: AppError; readonly until: number } | undefined

  /** @throws CONFIGURATION_INVALID when the base is no address */
  constructor(
    private readonly credentials: AppCredentials,
    private readonly parts: Parts,
  ) {
    const { apiBase, corpId, agentId, secret } = credentials
    this.base = apiBaseUrl(apiBase)
    // A token belongs to its secret: after the secret was changed the old one must not be asked for.
    const mark = createHash('sha256').update(secret).digest('hex').slice(0, 8)
    this.tokenKey = `wecom-app:${corpId}:${agentId}:${mark}`
  }

  /** @throws as `callWecom`; a token that is refused twice is CHAT_REFUSED */
  async call(call: AppCall): Promise<Fields> {
    const token = await this.token(call)
    let refusedWith: string | number | boolean | undefined
    try {
      return await this.post(call, token)
    } catch (error) {
      if (!isAppError(error) || error.facts['reaction'] !== 'renew-token') throw error
      refusedWith = error.facts['code']
      this.parts.logger.info({ code: refusedWith }, 'access token is no longer taken, a new one is fetched')
    }
    try {
      return { ...(await this.post(call, await this.token(call, token))), [RENEWED_AFTER]: refusedWith }
    } catch (error) {
      if (!isAppError(error)) throw error
      const reaction = error.facts['reaction'] === 'renew-token' ? { reaction: 'tell-staff' } : {}
      throw new AppError(error.code, { ...error.facts, ...reaction, renewedAfter: refusedWith }, { cause: error.cause })
    }
  }

  private post({ path, query, left, body, chatId, effect }: AppCall, token: string): Promise<Fields> {
    const url = this.url(path, { ...query, access_token: token })
    const timeoutMilliseconds = body instanceof FormData ? left() : Math.min(left(), callMilliseconds)
    return callWecom({ url, ...(body === undefined ? {} : { body }), chatId, effect, timeoutMilliseconds })
  }

  /** Whatever goes wrong here, nothing has been said yet. */
  private async token(call: AppCall, refused?: string): Promise<string> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new AppError('CHAT_UNREACHABLE', { reason: 'TOKEN_TIMEOUT', retryAfterSeconds: 5 })), call.left())
    })
    try {
      return await Promise.race([this.parts.tokens.token(this.tokenKey, () => this.fetchToken(call), refused), late])
    } catch (error) {
      if (isAppError(error) && error.code.startsWith('CHAT_')) throw error
      throw new AppError('CHAT_UNREACHABLE', { reason: 'NO_TOKEN' }, { cause: error })
    } finally {
      clearTimeout(timer)
    }
  }

  private async fetchToken({ chatId, left }: AppCall): Promise<StoredToken> {
    const { clock, logger } = this.parts
    if (this.refused && clock.now() < this.refused.until) throw this.refused.error
    const { corpId, secret } = this.credentials
    const url = this.url('gettoken', { corpid: corpId, corpsecret: secret })
    const askedAt = clock.now()
    try {
      const answer = Token.safeParse(
        await callWecom({ url, chatId, effect: 'prepares', timeoutMilliseconds: Math.min(left(), callMilliseconds) }),
      )
      if (!answer.success) throw new AppError('CHAT_UNREACHABLE', { reason: 'UNREADABLE_ANSWER', retryAfterSeconds: 30 })
      const { access_token: value, expires_in: seconds } = answer.data
      const margin = Math.min(marginSeconds, seconds / 2)
      return { value, expiresAt: instant(askedAt + (seconds - margin) * 1000) }
    } catch (error) {
      if (isAppError(error) && wrongCredentials.includes(error.facts['code'])) {
        this.refused = { error, until: clock.now() + pauseMilliseconds }
        logger.error({ code: error.facts['code'], hint: error.facts['hint'] }, 'WeCom does not take the credentials of the application')
      }
      throw error
    }
  }

  private url(path: string, query: Readonly<Record<string, string>>): URL {
    const url = new URL(`${this.base.href.replace(/\/$/, '')}/cgi-bin/${path}`)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    return url
  }
}
