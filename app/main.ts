// One process of the product: config → parts → roles → web server → orderly stop. The CLI's `start` and the tests call it.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AppError } from '../core/errors.js'
import { systemClock, type Clock } from '../core/ports/clock.js'
import type { Logger } from '../core/ports/logger.js'
import { operationsRouter } from '../web/api/operations.js'
import { compose, type Parts } from './compose.js'
import type { Config } from './config.js'
import { ensureDemo, replayDemo } from './demo.js'
import { composeApp } from './wecom-app.js'
import { composeCallbacks } from './wecom-callbacks.js'
import { makeHttp } from './http.js'
import { startApi } from './roles/api.js'
import { startBot } from './roles/bot.js'
import { SANDBOX_SOCKET, startSandbox } from './roles/sandbox.js'
import { startScheduler } from './roles/scheduler.js'
import { startWorker } from './roles/worker.js'

/** Roles get this long to end what they are doing (milliseconds). */
const STOP_LIMIT = 15_000

export interface Running {
  readonly parts: Parts
  /** `http://127.0.0.1:8080`, with the port that was really taken. */
  readonly url: string
  readonly syslogPort: number | undefined
  /** Resolves when every part this process needs works. */
  ready(): Promise<void>
  stop(): Promise<void>
}

export async function startProduct(config: Config, logger: Logger, clock: Clock = systemClock): Promise<Running> {
  const parts = await compose(config, logger, clock)
  const roles = new Set(config.roles)
  const stops: (() => Promise<void>)[] = []
  const checks: (() => Promise<void> | void)[] = [async () => void (await parts.core.directory.tenantByCode('platform'))]
  try {
    let url = config.publicUrl ?? `http://127.0.0.1:${config.port}`
    const sandbox = roles.has('sandbox') ? startSandbox(parts, () => url) : undefined
    const apiBase = () => config.wecomApiBase ?? `${url}/sandbox/wecom`
    const application = composeApp(parts, apiBase)
    const callbacks = composeCallbacks(parts, application, apiBase)
    const api = roles.has('api') ? await startApi(parts) : undefined
    const app = makeHttp({
      logger,
      ids: parts.ids,
      publicHost: config.publicUrl ? new URL(config.publicUrl).hostname : undefined,
      routers: [
        operationsRouter({ ready: () => ready(), metrics: () => parts.metrics.registry.metrics() }),
        ...(api?.routers ?? []),
        ...(api || sandbox ? [callbacks.router] : []),
        ...(sandbox?.routers ?? []),
      ],
      trusting: ['/sandbox/api', '/sandbox/files', ...(config.demo ? ['/'] : [])],
    })
    const server = createServer(app.callback() as Parameters<typeof createServer>[1])
    server.requestTimeout = 60_000
    server.listen(config.port, config.host)
    // `once` rejects when the server emits an error first.
    await once(server, 'listening').catch((error: unknown) => {
      throw portTaken(error, config)
    })
    sandbox?.attach(server)
    const { port } = server.address() as AddressInfo
    const host = config.host.includes(':') ? `[${config.host}]` : config.host
    url = `http://${host === '0.0.0.0' || host === '[::]' ? '127.0.0.1' : host}:${port}`
    stops.push(async () => {
      server.close()
      server.closeIdleConnections()
      setTimeout(() => server.closeAllConnections(), 2000).unref()
      await Promise.resolve()
    })
    if (api) stops.push(() => api.stop())
    if (config.demo) await ensureDemo(parts, url)
    if (sandbox) {
      await sandbox.synced()
      stops.push(() => sandbox.stop())
    }
    if (roles.has('worker')) {
      const worker = startWorker(parts)
      stops.unshift(() => worker.stop())
      checks.push(() => fail(worker.shards() > 0, 'shards'))
    }
    if (roles.has('scheduler')) {
      const scheduler = startScheduler(parts)
      stops.unshift(() => scheduler.stop())
    }
    if (roles.has('bot')) {
      const bot = startBot(parts, {
        wsUrl: config.wecomWsUrl ?? `${url.replace(/^http/, 'ws')}${SANDBOX_SOCKET}`,
        app: application?.road,
        // What another process hears cannot be answered here.
        ...(api ? { callbackRobots: callbacks.robots } : {}),
      })
      stops.unshift(() => bot.stop())
      checks.push(() => fail(bot.isConnected(), 'robot'))
    }
    if (config.demo && api) {
      const replay = replayDemo(parts, api.syslog.port, ready)
      stops.unshift(() => replay.stop())
    }
    return { parts, url, syslogPort: api?.syslog.port, ready, stop: () => stopAll(parts, stops) }
  } catch (error) {
    await stopAll(parts, stops)
    throw error
  }

  async function ready(): Promise<void> {
    for (const check of checks) await check()
  }
}

function fail(works: boolean, what: string): void {
  if (!works) throw new AppError('NOT_READY', { what })
}

function portTaken(error: unknown, config: Config): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return error
  return new AppError(
    'CONFIGURATION_INVALID',
    { problems: `PORT: ${config.port} is taken; stop the other program or set PORT` },
    { cause: error },
  )
}

async function stopAll(parts: Parts, stops: readonly (() => Promise<void>)[]): Promise<void> {
  for (const stop of stops) {
    const limit = new Promise<'late'>(resolve => setTimeout(() => resolve('late'), STOP_LIMIT).unref())
    const outcome = await Promise.race([stop().catch((error: unknown) => error), limit])
    if (outcome !== undefined) parts.logger.warn({ error: outcome }, 'a part did not stop in order')
  }
  await parts.close()
}
