// The sandbox router on a free port with an error middleware, for the tests of the page and of its API.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import Koa from 'koa'
import { isAppError } from '../../core/errors.js'
import type { SandboxChat } from '../../web/api/sandbox.js'
import type { SandboxDrill } from '../../web/api/sandbox-drill.js'
import { sandboxRouter } from '../../web/api/sandbox.js'

const pageFolder = join(import.meta.dirname, '../../web/public/sandbox')

export interface SandboxServer {
  readonly url: string
  /** Breaks every open connection; new ones are welcome. */
  breakConnections(): void
  close(): Promise<void>
}

export async function startSandboxServer(sandbox: SandboxChat & SandboxDrill): Promise<SandboxServer> {
  const ending = new AbortController()
  const app = new Koa()
  app.silent = true
  app.use(async (ctx, next) => {
    try {
      await next()
    } catch (error) {
      if (!isAppError(error)) throw error
      ctx.status = error.status
      ctx.body = { error: { code: error.code, message: error.reply } }
    }
  })
  app.use(sandboxRouter({ sandbox, robotName: '管家', pageFolder, signal: ending.signal }).routes())
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    breakConnections: () => server.closeAllConnections(),
    async close() {
      ending.abort()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
