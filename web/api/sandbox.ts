// Every URL of the WeCom sandbox for people: the page, its JSON API, the live stream and downloads; app/http.ts mounts it at the root.
import { bodyParser } from '@koa/bodyparser'
import { Router } from '@koa/router'
import type { Context, Next } from 'koa'
import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import { readBody } from './read-body.js'
import type { SandboxChat } from './sandbox-chat.js'
import { FaultOrder, LimitChange, order, type SandboxDrill } from './sandbox-drill.js'
import { loadPage, type PageFile, pagePolicy } from './sandbox-page.js'
import { SandboxStream } from './sandbox-stream.js'
import { wireGroup, wireMessage } from './sandbox-wire.js'

export type { SandboxChat, SandboxMessage } from './sandbox-chat.js'

export interface SandboxRouterOptions {
  readonly sandbox: SandboxChat & SandboxDrill
  /** The name members mention, e.g. 管家. */
  readonly robotName: string
  /** Holds `index.html` and `assets/`; read once. */
  readonly pageFolder: string
  /** Ends all live streams, so that the server can stop. */
  readonly signal?: AbortSignal
}

const maxBodyBytes = 64 * 1024
const Userid = z.string().min(1).max(128)
const Msgid = z.string().min(1).max(256)
const Chatid = z.string().min(1).max(512)
const Say = z.object({ userid: Userid, text: z.string().min(1).max(20_480) })
const SendFile = z.object({ userid: Userid, name: z.string().min(1).max(200) })
const maxFileBytes = 20 * 1024 * 1024
const Press = z.object({ userid: Userid, msgid: Msgid, key: z.string().min(1).max(1024) })
const Forward = z.object({ userid: Userid, msgid: Msgid, to: Chatid })
const MessagesQuery = z.object({ after: Msgid.optional(), last: z.coerce.number().int().min(1).max(10_000).optional() })

/**
 * The page under `/sandbox/`, `/sandbox/api/*`, `/sandbox/files/*`. Needs a middleware above it that answers AppErrors.
 * Lists are JSON arrays, oldest message first. The API trusts whoever reaches it: mount it only where the sandbox is on.
 * @throws (requests) REQUEST_INVALID (also for another site's form), BODY_TOO_LARGE, NOT_FOUND, STREAMS_FULL
 */
export function sandboxRouter(options: SandboxRouterOptions): Router {
  const { sandbox, robotName, signal } = options
  const page = loadPage(options.pageFolder)
  const stream = new SandboxStream(sandbox)
  signal?.addEventListener('abort', () => stream.close(), { once: true })
  const router = new Router()

  router.get('/sandbox', ctx => {
    if (!ctx.path.endsWith('/')) return ctx.redirect('/sandbox/')
    ctx.set('content-security-policy', pagePolicy)
    ctx.set('referrer-policy', 'no-referrer')
    send(ctx, page.index)
  })
  router.get('/sandbox/assets/:name', ctx => {
    const file = page.assets.get(ctx.params['name'] ?? '')
    if (!file) throw new AppError('NOT_FOUND', { what: '页面文件' })
    send(ctx, file)
  })

  router.get('/sandbox/api/settings', fresh, ctx => {
    ctx.body = { robotName }
  })
  router.get('/sandbox/api/groups', fresh, ctx => {
    ctx.body = sandbox.groups().map(group => wireGroup(group, sandbox.messages(group.chatid).at(-1)))
  })
  router.get('/sandbox/api/singles', fresh, ctx => {
    ctx.body = sandbox.singles().map(chat => wireGroup(chat, sandbox.messages(chat.chatid).at(-1)))
  })
  router.get('/sandbox/api/groups/:chatid/messages', fresh, ctx => {
    const { after, last } = check(MessagesQuery, { ...ctx.query })
    const messages = sandbox.messages(chatid(ctx), after)
    ctx.body = (last === undefined ? messages : messages.slice(-last)).map(wireMessage)
  })
  router.get('/sandbox/api/stream', ctx => {
    const reader = stream.open()
    ctx.type = 'text/event-stream'
    // no-transform keeps a compressing middleware or proxy from holding frames back.
    ctx.set('cache-control', 'no-cache, no-transform')
    ctx.set('x-accel-buffering', 'no')
    ctx.body = reader
    ctx.res.once('close', () => reader.destroy())
  })

  router.post('/sandbox/api/groups/:chatid/say', fresh, ownSite, json, ctx => {
    const { userid, text } = check(Say, ctx.request.body)
    ctx.body = { message: wireMessage(sandbox.say(chatid(ctx), userid, text)) }
  })
  router.post('/sandbox/api/groups/:chatid/file', fresh, ownSite, async ctx => {
    const { userid, name } = check(SendFile, { ...ctx.query })
    const bytes = await readBody(ctx.req, maxFileBytes)
    ctx.body = { message: wireMessage(sandbox.sendFile(chatid(ctx), userid, name, bytes)) }
  })
  router.post('/sandbox/api/groups/:chatid/press', fresh, ownSite, json, ctx => {
    const { userid, msgid, key } = check(Press, ctx.request.body)
    sandbox.press(chatid(ctx), userid, msgid, key)
    ctx.body = { ok: true }
  })
  router.post('/sandbox/api/groups/:chatid/forward', fresh, ownSite, json, ctx => {
    const { userid, msgid, to } = check(Forward, ctx.request.body)
    sandbox.forward(chatid(ctx), msgid, to, userid)
    ctx.body = { ok: true }
  })

  router.get('/sandbox/api/faults', fresh, ctx => {
    ctx.body = sandbox.faultsNow()
  })
  router.post('/sandbox/api/faults', fresh, ownSite, json, ctx => {
    order(sandbox, check(FaultOrder, ctx.request.body))
    ctx.body = sandbox.faultsNow()
  })
  router.get('/sandbox/api/limits', fresh, ctx => {
    ctx.body = sandbox.limits()
  })
  router.post('/sandbox/api/limits', fresh, ownSite, json, ctx => {
    ctx.body = sandbox.limits(check(LimitChange, ctx.request.body))
  })
  router.get('/sandbox/api/refusals', fresh, ctx => {
    ctx.body = sandbox.refusals()
  })
  router.delete('/sandbox/api/refusals', fresh, ownSite, ctx => {
    sandbox.forgetRefusals()
    ctx.body = { ok: true }
  })

  router.get('/sandbox/files/:mediaId', fresh, ctx => {
    const file = sandbox.file(check(Msgid, ctx.params['mediaId']))
    if (!file) throw new AppError('NOT_FOUND', { what: '文件，它可能已被清理' })
    ctx.body = file.bytes
    ctx.attachment(safeName(file.name))
    // Bytes came from outside: never let a browser guess or show them as a page of this site.
    ctx.set('content-type', 'application/octet-stream')
    ctx.set('content-security-policy', "sandbox; default-src 'none'")
  })
  return router
}

const json = bodyParser({
  enableTypes: ['json'],
  jsonLimit: maxBodyBytes,
  // Tools often leave the content type out; `ownSite` is what keeps foreign forms away.
  detectJSON: () => true,
  onError: error => {
    const tooLarge = 'status' in error && error.status === 413
    if (tooLarge) throw new AppError('BODY_TOO_LARGE', { limit: maxBodyBytes }, { cause: error })
    throw new AppError('REQUEST_INVALID', { problem: '请求体不是有效的 JSON' }, { cause: error })
  },
})

/** Answers of the API are never cached and never guessed at. */
async function fresh(ctx: Context, next: Next): Promise<void> {
  ctx.set('cache-control', 'no-store')
  ctx.set('x-content-type-options', 'nosniff')
  await next()
}

/** Another site open in the same browser must not speak in a group: there is no login that would stop it. */
async function ownSite(ctx: Context, next: Next): Promise<void> {
  const site = ctx.get('sec-fetch-site')
  const origin = ctx.get('origin')
  const own = site === '' ? origin === '' || hostOf(origin) === ctx.get('host') : site === 'same-origin' || site === 'none'
  if (!own) throw new AppError('REQUEST_INVALID', { problem: '只接受沙箱页面自己或命令行发出的请求' })
  await next()
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}

function chatid(ctx: { params: Record<string, string | undefined> }): string {
  return check(Chatid, ctx.params['chatid'])
}

function check<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const fields = [...new Set(parsed.error.issues.map(issue => issue.path.join('.')).filter(path => path !== ''))]
  throw new AppError('REQUEST_INVALID', { problem: `${fields.length > 0 ? fields.join('、') : '内容'} 缺失或不合要求` })
}

function send(ctx: Context, file: PageFile): void {
  ctx.set('x-content-type-options', 'nosniff')
  ctx.set('cache-control', 'no-cache')
  ctx.set('etag', file.etag)
  ctx.type = file.type
  ctx.status = 200
  if (ctx.fresh) ctx.status = 304
  else ctx.body = file.bytes
}

/** No folders, no control characters, nothing that reorders what a person reads before `.exe`. */
function safeName(name: string): string {
  const cleaned = name.replace(/[\u0000-\u001f\u007f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069/\\]/g, '_').slice(0, 200)
  return cleaned.trim() === '' ? 'file' : cleaned
}
