// GET and POST /wecom/callback/{robot or app}: what WeCom tells robots in HTTP-callback mode and the application; verified, heard once, answered in time.
import { Router } from '@koa/router'
import type { Context } from 'koa'
import { AppError } from '../../core/errors.js'
import type { Clock } from '../../core/ports/clock.js'
import type { Logger } from '../../core/ports/logger.js'
import { HeardOnce } from './heard-once.js'
import { readBody } from './read-body.js'
import { type CallbackDoor, encryptedPart, notGenuine, openEnvelope, sealReply, type Stamp } from './wecom-envelope.js'

export interface WecomCallbackNeeds {
  /** The keys of what is called back under that name; undefined: there is no such door. */
  door(name: string): CallbackDoor | undefined | Promise<CallbackDoor | undefined>
  /**
   * Takes a decrypted body and resolves when it is safe, with a passive reply (before encryption) or nothing. Rejects when it was not taken:
   * WeCom is told so and an application's callback comes again. It may be called again for one message and has to know repeats by its id.
   */
  hear(name: string, door: CallbackDoor, plainBody: string): Promise<string | undefined>
  readonly clock: Clock
  readonly logger: Logger
  /** WeCom hangs up after five seconds; default 4.5 s, counted from the request's head. */
  readonly answerMilliseconds?: number
  /** Callbacks whose hearing has not ended; more are told to come again. Default 1000. */
  readonly maxBeingHeard?: number
}

/** A text has 20 KB at most; lists of picture addresses and a quote come on top. */
const maxBodyBytes = 256 * 1024
/** How far the time stamp may be from ours; our clock may be wrong, and WeCom repeats within seconds. */
const windowMilliseconds = 5 * 60_000
const maxRemembered = 20_000

export function wecomCallbackRouter(needs: WecomCallbackNeeds): Router {
  const { clock, logger, answerMilliseconds = 4_500, maxBeingHeard = 1_000 } = needs
  const heard = new HeardOnce<string | undefined>(() => clock.now(), 2 * windowMilliseconds, maxRemembered)
  let beingHeard = 0

  const doorOf = async (name: string): Promise<CallbackDoor> => {
    const door = name.length <= 200 ? await needs.door(name) : undefined
    // Not told apart from a wrong signature: names of groups are names of customers.
    if (!door) throw notGenuine('no such door')
    return door
  }

  const hearOnce = (name: string, door: CallbackDoor, stamp: Stamp, plain: string): Promise<string | undefined> =>
    heard.take(JSON.stringify([name, stamp.signature]), async () => {
      if (beingHeard >= maxBeingHeard) throw new AppError('NOT_READY', { what: '回调处理' })
      beingHeard++
      try {
        return await needs.hear(name, door, plain)
      } finally {
        beingHeard--
      }
    })

  const router = new Router()
  router.get('/wecom/callback/:name', async ctx => {
    await refusalsLogged(ctx, logger, async name => {
      const query = readQuery(ctx.querystring)
      const stamp = readStamp(query, clock)
      const echo = query.get('echostr')
      if (echo === undefined) throw notGenuine('no echostr')
      const door = await inTime(answerMilliseconds, doorOf(name))
      ctx.type = 'text/plain; charset=utf-8'
      // Exactly the text: WeCom compares it byte by byte.
      ctx.body = openEnvelope(door, stamp, echo)
    })
  })
  router.post('/wecom/callback/:name', async ctx => {
    await refusalsLogged(ctx, logger, async name => {
      const deadline = performance.now() + answerMilliseconds
      const left = () => Math.max(1, deadline - performance.now())
      const stamp = readStamp(readQuery(ctx.querystring), clock)
      const door = await inTime(left(), doorOf(name))
      const body = await inTime(left(), readBody(ctx.req, maxBodyBytes))
      const plain = openEnvelope(door, stamp, encryptedPart(door.kind, body.toString('utf8')))
      const hearing = hearOnce(name, door, stamp, plain)
      hearing.catch((error: unknown) => logger.warn({ error, door: name }, 'callback from WeCom was not taken'))
      // What is still being heard when the time is up goes on; there is just nothing to say here any more.
      const reply = await inTime(left(), hearing, () => undefined)
      ctx.status = 200
      ctx.type = door.kind === 'app' && reply !== undefined ? 'application/xml; charset=utf-8' : 'text/plain; charset=utf-8'
      ctx.body = reply === undefined ? '' : sealReply(door, reply, Math.floor(clock.now() / 1000), stamp.nonce)
    })
  })
  return router
}

/** The reason is for us alone. */
async function refusalsLogged(ctx: Context & { params: Record<string, string> }, logger: Logger, run: (name: string) => Promise<void>) {
  const name = ctx.params['name'] ?? ''
  try {
    await run(name)
  } catch (error) {
    if (error instanceof AppError && error.code === 'REQUEST_INVALID') {
      logger.info({ door: name.slice(0, 200), why: typeof error.cause === 'string' ? error.cause : undefined }, 'callback was refused')
    }
    throw error
  }
}

/** A plus is a plus here: ciphertext is base64, and the usual reading of forms would make a blank of it. @throws REQUEST_INVALID */
function readQuery(query: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const part of query.split('&', 20)) {
    const at = part.indexOf('=')
    if (at < 1) continue
    const name = decoded(part.slice(0, at))
    if (fields.has(name)) throw notGenuine('parameter given twice')
    fields.set(name, decoded(part.slice(at + 1)))
  }
  return fields
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw notGenuine('query is malformed')
  }
}

/** Looked at before the body is read. @throws REQUEST_INVALID */
function readStamp(query: ReadonlyMap<string, string>, clock: Clock): Stamp {
  const signature = query.get('msg_signature') ?? ''
  const timestamp = query.get('timestamp') ?? ''
  const nonce = query.get('nonce') ?? ''
  if (!/^[0-9a-f]{40}$/.test(signature) || !/^\d{1,12}$/.test(timestamp) || !/^[\x21-\x7e]{1,64}$/.test(nonce)) {
    throw notGenuine('query lacks signature, time or nonce')
  }
  if (Math.abs(clock.now() - Number(timestamp) * 1000) > windowMilliseconds) throw notGenuine('too old or too early')
  return { signature, timestamp, nonce }
}

/** @throws NOT_READY when the time is up and there is no `late` answer */
async function inTime<T>(milliseconds: number, work: Promise<T>, late?: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const up = new Promise<T>((resolve, reject) => {
    timer = setTimeout(() => (late ? resolve(late()) : reject(new AppError('NOT_READY', { what: '回调处理' }))), milliseconds)
  })
  // What is given up may still fail later, when nobody waits for it.
  work.catch(() => undefined)
  try {
    return await Promise.race([work, up])
  } finally {
    clearTimeout(timer)
  }
}
