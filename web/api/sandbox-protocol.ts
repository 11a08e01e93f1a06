// The HTTP half of the WeCom protocol in the sandbox: /sandbox/wecom/…; the WebSocket half is taken by app/roles/sandbox.ts.
import { Router } from '@koa/router'
import { readBody } from './read-body.js'

export interface ProtocolDoor {
  handle(request: {
    method: string
    path: string
    query: Readonly<Record<string, string | undefined>>
    headers: Readonly<Record<string, string | undefined>>
    body: Buffer
    ip?: string
  }): Promise<{ status: number; headers: Readonly<Record<string, string>>; body: string | Buffer }>
}

const MOUNT = '/sandbox/wecom'

export function sandboxProtocolRouter(door: ProtocolDoor, maxBodyBytes: number): Router {
  const router = new Router()
  router.all(/^\/sandbox\/wecom\/.+$/, async ctx => {
    const body = await readBody(ctx.req, maxBodyBytes)
    const headers: Record<string, string> = {}
    for (const [name, value] of Object.entries(ctx.headers)) if (typeof value === 'string') headers[name] = value
    const answer = await door.handle({
      method: ctx.method,
      path: ctx.path.slice(MOUNT.length),
      query: Object.fromEntries(new URLSearchParams(ctx.querystring)),
      headers,
      body,
      ip: ctx.ip,
    })
    ctx.status = answer.status
    for (const [name, value] of Object.entries(answer.headers)) ctx.set(name, value)
    ctx.body = answer.body
  })
  return router
}
