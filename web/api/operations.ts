// /healthz (the process lives), /readyz (it can do its work), /metrics: for orchestrators and monitoring.
import { Router } from '@koa/router'

interface Needs {
  /** Resolves when the parts this process needs answer; rejects otherwise. */
  ready(): Promise<void>
  /** Prometheus text. */
  metrics(): Promise<string>
}

export function operationsRouter({ ready, metrics }: Needs): Router {
  const router = new Router()
  router.get('/healthz', ctx => {
    ctx.body = { status: 'ok' }
  })
  router.get('/readyz', async ctx => {
    await ready()
    ctx.body = { status: 'ready' }
  })
  router.get('/metrics', async ctx => {
    ctx.type = 'text/plain; version=0.0.4'
    ctx.body = await metrics()
  })
  return router
}
