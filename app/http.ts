// Every URL the product answers, mounted in one list. Routers are in web/; this file only orders them and guards the door.
import { isIP } from 'node:net'
import type { Router } from '@koa/router'
import Koa from 'koa'
import helmet from 'koa-helmet'
import { AppError } from '../core/errors.js'
import type { Ids } from '../core/ports/ids.js'
import type { Logger } from '../core/ports/logger.js'
import { errorAnswer } from '../web/api/error-answer.js'

export interface HttpParts {
  readonly logger: Logger
  readonly ids: Ids
  /** Host name people use besides loopback, from PUBLIC_URL. */
  readonly publicHost: string | undefined
  readonly routers: readonly Router[]
  /** Paths beginning with this trust whoever reaches them, so the name they were reached by is checked. */
  readonly trusting: readonly string[]
}

export function makeHttp({ logger, ids, publicHost, routers, trusting }: HttpParts): Koa {
  const app = new Koa()
  app.silent = true
  app.on('error', (error: unknown) => logger.debug({ error }, 'connection broke'))
  app.use(helmet({ contentSecurityPolicy: false, strictTransportSecurity: false }))
  app.use(errorAnswer(logger, ids))
  app.use(async (ctx, next) => {
    // A page of another site could reach loopback under its own name (DNS rebinding); what it may call itself is known.
    // Routers do not heed the case of a path, so neither may this.
    const asked = ctx.path.toLowerCase()
    if (trusting.some(path => asked === path || asked.startsWith(`${path}/`)) && !isOurName(ctx.hostname.toLowerCase(), publicHost))
      throw new AppError('REQUEST_INVALID', { problem: '请用本机地址或 PUBLIC_URL 的域名访问' })
    await next()
  })
  for (const router of routers) app.use(router.routes())
  return app
}

function isOurName(name: string, publicHost: string | undefined): boolean {
  // Addresses only: a name made of hex digits, such as cafe.de, is somebody's.
  return name === 'localhost' || name === publicHost || isIP(name.replace(/^\[|\]$/g, '')) !== 0
}
