// POST /api/v1/ingest/{source}: events of a customer's source, answered when they are safe in the archive.
import { Router } from '@koa/router'
import type { Context } from 'koa'
import { AppError } from '../../core/errors.js'
import type { Intake } from '../../core/events/intake.js'
import type { SourceMap } from '../../core/events/source-map.js'
import { splitBody } from '../../core/normalise/split-body.js'
import type { Clock } from '../../core/ports/clock.js'
import { instant } from '../../core/ports/clock.js'
import { bearerToken } from './bearer-token.js'
import { readBody } from './read-body.js'

export const ingestTypes = ['raw', 'json', 'syslog', 'alertmanager', 'suricata', 'wazuh'] as const
export const MAX_INGEST_BYTES = 16 * 1024 * 1024
/** More refused lines than this are counted but not listed. */
const MAX_LISTED = 1000

interface Needs {
  readonly intake: Intake
  readonly sources: SourceMap
  readonly clock: Clock
  /** Bytes of a body to text: UTF-8, or GB 18030 line by line. */
  decode(body: Buffer): string
  rejected(reason: string, records: number): void
}

export function ingestRouter({ intake, sources, clock, decode, rejected }: Needs): Router {
  const router = new Router()
  router.post('/api/v1/ingest/:source', async (ctx: Context & { params: Record<string, string> }) => {
    const type = ctx.params['source'] ?? ''
    const token = bearerToken(ctx.get('authorization'))
    const source = token === undefined ? undefined : await sources.byToken(token)
    if (!source) {
      ctx.set('www-authenticate', 'Bearer')
      throw new AppError('SOURCE_UNKNOWN')
    }
    if (!(ingestTypes as readonly string[]).includes(type)) throw new AppError('SOURCE_TYPE_UNKNOWN', { type: type.slice(0, 40) })
    const body = await readBody(ctx.req, MAX_INGEST_BYTES)
    const split = splitBody(type, ctx.get('content-type'), decode(body))
    const receivedAt = instant(clock.now())
    const peer = ctx.req.socket.remoteAddress ?? ''
    await intake.accept(
      source.tenantId,
      split.records.map(raw => ({ sourceId: source.id, type, receivedAt, raw, peer })),
    )
    for (const { error } of split.rejected) rejected(error, 1)
    ctx.status = 202
    ctx.body = {
      accepted: split.records.length,
      rejected: split.rejected.slice(0, MAX_LISTED),
      ...(split.rejected.length > MAX_LISTED ? { rejectedTotal: split.rejected.length } : {}),
    }
  })
  return router
}
