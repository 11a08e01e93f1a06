// The big screen: its page, its sessions, its one answer, and a stream that says when to ask again. Read-only but for logging in and out.
import { PassThrough } from 'node:stream'
import { Router } from '@koa/router'
import type { Context } from 'koa'
import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import type { Transactions } from '../../core/ports/transaction.js'
import type { Person } from '../../core/tenants/tenant.js'
import type { ScreenService } from '../../core/web-access/screen.js'
import type { WebAccess } from '../../core/web-access/web-access.js'
import { readBody } from './read-body.js'
import { loadPage, pagePolicy, type PageFile } from './sandbox-page.js'

const COOKIE = 'guanjia-session'
const MAX_BODY = 4_096
const MOST_READERS = 200
const SETTLE_MILLISECONDS = 300
/** Changes of other processes are seen by looking; a reader asks again at least so often. */
const LOOK_MILLISECONDS = 2_000

const Login = z.union([
  z.strictObject({ userId: z.string().min(1).max(64), password: z.string().min(1).max(256) }),
  z.strictObject({ link: z.string().min(20).max(100) }),
])

interface Needs {
  readonly access: WebAccess
  readonly screen: ScreenService
  readonly transactions: Transactions
  /** Folder of the built page; absent: the page says how to build it. */
  readonly folder: string
  /** Cookies only over TLS, as PUBLIC_URL says. */
  readonly secure: boolean
}

export interface ScreenRouter {
  readonly router: Router
  close(): void
}

export function screenRouter({ access, screen, transactions, folder, secure }: Needs): ScreenRouter {
  const router = new Router()
  const page = pageOf(folder)
  const stream = new ChangeStream(transactions)
  const person = async (ctx: Context): Promise<Person> => {
    const secret = ctx.cookies.get(COOKIE)
    const found = secret === undefined ? undefined : await access.who(secret)
    if (!found) throw new AppError('LOGIN_NEEDED')
    return found
  }
  const cookie = (ctx: Context, secret: string | null): void => {
    // TLS ends at the proxy before us, as PUBLIC_URL says; the connection here is plain.
    ctx.cookies.secure = secure
    ctx.cookies.set(COOKIE, secret, { httpOnly: true, sameSite: 'strict', secure, path: '/', overwrite: true })
  }

  router.post('/api/v1/session', async ctx => {
    const given = Login.safeParse(jsonOf((await readBody(ctx.req, MAX_BODY)).toString('utf8')))
    if (!given.success) throw new AppError('REQUEST_INVALID', { problem: '要有 userId 和 password' })
    const secret =
      'link' in given.data ? await access.followLink(given.data.link) : await access.logIn(given.data.userId, given.data.password)
    cookie(ctx, secret)
    ctx.status = 204
  })
  router.delete('/api/v1/session', async ctx => {
    const secret = ctx.cookies.get(COOKIE)
    if (secret !== undefined) await access.logOut(secret)
    cookie(ctx, null)
    ctx.status = 204
  })
  router.get('/api/v1/screen', async ctx => {
    ctx.set('cache-control', 'no-store')
    ctx.body = await screen.screen(await person(ctx))
  })
  router.get('/api/v1/events', async ctx => {
    await person(ctx)
    ctx.set({ 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
    ctx.status = 200
    ctx.body = stream.open()
  })
  for (const path of ['/', '/login/:secret'])
    router.get(path, ctx => {
      ctx.set({ 'content-security-policy': pagePolicy, 'referrer-policy': 'no-referrer' })
      send(ctx, page?.index)
    })
  router.get('/screen/assets/:name', ctx => send(ctx, page?.assets.get(ctx.params['name'] ?? '')))
  return { router, close: () => stream.close() }
}

function pageOf(folder: string): ReturnType<typeof loadPage> | undefined {
  try {
    return loadPage(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function send(ctx: Context, file: PageFile | undefined): void {
  if (!file) throw new AppError('NOT_FOUND', { what: '页面（尚未构建：npm run build）' })
  ctx.set({ etag: file.etag, 'cache-control': 'no-cache' })
  ctx.type = file.type
  ctx.status = 200
  if (ctx.fresh) ctx.status = 304
  else ctx.body = file.bytes
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Says `changed` soon after a commit here, and every two seconds when somebody else may have written. */
class ChangeStream {
  private readonly readers = new Set<PassThrough>()
  private settling: NodeJS.Timeout | undefined
  private looking: NodeJS.Timeout | undefined

  constructor(transactions: Transactions) {
    transactions.onCommit(() => {
      if (this.readers.size > 0) this.settling ??= setTimeout(() => this.tell(), SETTLE_MILLISECONDS).unref()
    })
  }

  open(): PassThrough {
    if (this.readers.size >= MOST_READERS) throw new AppError('STREAMS_FULL', { limit: MOST_READERS })
    const reader = new PassThrough()
    this.readers.add(reader)
    const leave = (): void => {
      this.readers.delete(reader)
      if (this.readers.size === 0) clearInterval(this.looking)
      if (this.readers.size === 0) this.looking = undefined
    }
    reader.once('close', leave).on('error', leave)
    this.looking ??= setInterval(() => this.tell(), LOOK_MILLISECONDS).unref()
    reader.write('retry: 2000\nevent: ready\ndata: {}\n\n')
    return reader
  }

  close(): void {
    clearInterval(this.looking)
    clearTimeout(this.settling)
    for (const reader of [...this.readers]) reader.end()
  }

  private tell(): void {
    this.settling = undefined
    // A reader that does not read is cut off; it connects again.
    for (const reader of this.readers)
      if (reader.writableLength > 65_536) reader.destroy()
      else reader.write('event: changed\ndata: {}\n\n')
  }
}
