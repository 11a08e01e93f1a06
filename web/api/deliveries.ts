// GET /api/v1/deliveries: the journal of a customer's messages, for whoever holds a token of one of its sources.
import { Router } from '@koa/router'
import { z } from 'zod'
import type { DeliveryJournal } from '../../core/delivery/journal.js'
import type { SourceMap } from '../../core/events/source-map.js'
import { AppError } from '../../core/errors.js'
import { bearerToken } from './bearer-token.js'

export const deliveryStates = ['queued', 'claimed', 'sent', 'failed', 'expired', 'held', 'merged', 'dropped'] as const
const Query = z.object({
  subject: z.string().max(64).optional(),
  state: z.enum(deliveryStates).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})

export function deliveriesRouter({ journal, sources }: { journal: DeliveryJournal; sources: SourceMap }): Router {
  const router = new Router()
  router.get('/api/v1/deliveries', async ctx => {
    const token = bearerToken(ctx.get('authorization'))
    const source = token === undefined ? undefined : await sources.byToken(token)
    if (!source) {
      ctx.set('www-authenticate', 'Bearer')
      throw new AppError('SOURCE_UNKNOWN')
    }
    const query = Query.safeParse({ ...ctx.query })
    if (!query.success) throw new AppError('REQUEST_INVALID', { problem: query.error.issues.map(issue => issue.path.join('.')).join('、') })
    const { subject, state, limit } = query.data
    ctx.set('cache-control', 'no-store')
    ctx.body = await journal.entries(source.tenantId, {
      limit,
      ...(subject === undefined ? {} : { subject }),
      ...(state === undefined ? {} : { state }),
    })
  })
  return router
}
