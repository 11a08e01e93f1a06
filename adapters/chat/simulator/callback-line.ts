// Sends one encrypted callback and brings back what was answered: deadlines, repeats, verification; robots in HTTP mode and apps share it.
import type { Clock } from '../../../core/ports/clock.js'
import type { Logger } from '../../../core/ports/logger.js'
import { type Sealed, seal } from './callback-crypto.js'
import type { CallbackAnswer, CallbackPost } from './callback-post.js'
import type { RefusalCount } from './refusal-count.js'
import type { SandboxLimits } from './sandbox-limits.js'
import type { SandboxCallback } from './sandbox-types.js'
import { WecomRefusal } from './wecom-refusal.js'

export interface CallbackLineParts {
  readonly clock: Clock
  readonly logger: Logger
  readonly limits: SandboxLimits
  readonly refusals: RefusalCount
  readonly post: CallbackPost
}

export interface CallbackCheck {
  readonly ok: boolean
  /** Chinese, for the person who typed the address in. */
  readonly problem?: string
}

/** How an envelope is written: XML for apps, JSON for robots. */
export interface CallbackEnvelope {
  readonly contentType: string
  write(encrypted: string): string
}

const maxUnderWay = 500

export class CallbackLine {
  private readonly underWay = new Set<Promise<void>>()
  private readonly ending = new AbortController()

  constructor(private readonly parts: CallbackLineParts) {}

  /** Asks the address to decipher a text, as WeCom does before it accepts it. */
  async verify(target: SandboxCallback): Promise<CallbackCheck> {
    const plain = `${this.parts.clock.now()}${Math.floor(Math.random() * 1e6)}`
    try {
      const sealed = seal(target, plain, this.seconds())
      const url = addressOf(target, sealed)
      url.searchParams.set('echostr', sealed.encrypt)
      const answer = await this.parts.post(url, 'GET', '', '', this.parts.limits.verifyTimeoutMilliseconds)
      if (answer.status !== 200) return { ok: false, problem: `回调地址返回 HTTP ${answer.status}，应为 200` }
      return answer.body === plain ? { ok: true } : { ok: false, problem: '回调地址返回的内容不是解密后的 echostr' }
    } catch (error) {
      this.parts.logger.info({ error }, 'callback address of the sandbox could not be verified')
      return { ok: false, problem: '回调地址没有在时限内正确回应，或 Token、EncodingAESKey 不对' }
    }
  }

  /**
   * The body of the first answer with status 200; undefined when every try failed, which is counted.
   * Repeats are the same bytes with the same signature: a receiver must know them by their msgid.
   */
  async call(
    target: SandboxCallback,
    envelope: CallbackEnvelope,
    message: string,
    attempts: number,
    chat: string,
  ): Promise<string | undefined> {
    const { limits, logger, post, refusals } = this.parts
    for (let attempt = 1, sealed: Sealed | undefined; attempt <= attempts && !this.ending.signal.aborted; attempt++) {
      let answer: CallbackAnswer | undefined
      try {
        sealed ??= seal(target, message, this.seconds())
        const body = envelope.write(sealed.encrypt)
        answer = await post(addressOf(target, sealed), 'POST', body, envelope.contentType, limits.callbackTimeoutMilliseconds)
        if (answer.status === 200) return answer.body
      } catch (error) {
        logger.debug({ error, attempt }, 'callback of the sandbox failed')
      }
      refusals.add('callback', chat, answer ? `http-${answer.status}` : 'no answer')
      if (attempt < attempts) await this.pause(limits.callbackRetryMilliseconds)
    }
    refusals.add('callback', chat, 'unheard')
    logger.warn({ chat }, 'callback of the sandbox was not taken')
    return undefined
  }

  /** Runs a callback beside everything else; a refusal of what was answered is counted, since nobody is there to be told. */
  start(chat: string, work: () => Promise<void>): void {
    if (this.underWay.size >= maxUnderWay) {
      this.parts.refusals.add('callback', chat, 'unheard')
      return
    }
    const run = work().catch((error: unknown) => {
      const errcode = error instanceof WecomRefusal ? error.errcode : -1
      this.parts.refusals.add('callback', chat, errcode)
      this.parts.logger.warn({ error, chat, errcode }, 'answer to a callback of the sandbox was refused')
    })
    this.underWay.add(run)
    void run.finally(() => this.underWay.delete(run))
  }

  /** Resolves when no callback is under way any more; an open stream counts as under way. */
  async settled(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay)
  }

  get isClosed(): boolean {
    return this.ending.signal.aborted
  }

  close(): void {
    this.ending.abort()
  }

  /** Ends early when the sandbox does. */
  pause(milliseconds: number): Promise<void> {
    const { signal } = this.ending
    return new Promise(resolve => {
      const done = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, milliseconds)
      timer.unref()
      signal.addEventListener('abort', done)
      if (signal.aborted) done()
    })
  }

  private seconds(): string {
    return String(Math.floor(this.parts.clock.now() / 1000))
  }
}

function addressOf(target: SandboxCallback, sealed: Sealed): URL {
  const url = new URL(target.url)
  url.searchParams.set('msg_signature', sealed.signature)
  url.searchParams.set('timestamp', sealed.timestamp)
  url.searchParams.set('nonce', sealed.nonce)
  return url
}
