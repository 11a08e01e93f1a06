// POST /api/v1/import: a scanner's result file, for whoever holds a token of one of the customer's sources; answers as `guanjia import` does.
import { Router } from '@koa/router'
import { z } from 'zod'
import type { SourceMap } from '../../core/events/source-map.js'
import { AppError } from '../../core/errors.js'
import type { ImportService } from '../../core/findings/import-service.js'
import { bearerToken } from './bearer-token.js'
import { readBody } from './read-body.js'

export const MAX_IMPORT_BYTES = 64 * 1024 * 1024

const flag = z.enum(['true', 'false', '1', '0']).transform(text => text === 'true' || text === '1')
const Query = z.object({
  format: z.string().min(1).max(40).optional(),
  file: z.string().min(1).max(200).default('upload'),
  record: flag.default(true),
  complete: flag.default(false),
})

export function importRouter({ imports, sources }: { imports: ImportService; sources: SourceMap }): Router {
  const router = new Router()
  router.post('/api/v1/import', async ctx => {
    const token = bearerToken(ctx.get('authorization'))
    const source = token === undefined ? undefined : await sources.byToken(token)
    if (!source) {
      ctx.set('www-authenticate', 'Bearer')
      throw new AppError('SOURCE_UNKNOWN')
    }
    const query = Query.safeParse({ ...ctx.query })
    if (!query.success) throw new AppError('REQUEST_INVALID', { problem: query.error.issues.map(issue => issue.path.join('.')).join('、') })
    const { format, file, record, complete } = query.data
    const body = await readBody(ctx.req, MAX_IMPORT_BYTES)

    const name = file.replace(/^.*[/\\]/, '').replace(/[\u0000-\u001f]/g, '') || 'upload'
    const scan = { name, size: body.length, open: () => one(body) }
    ctx.set('cache-control', 'no-store')
    ctx.body = record
      ? await imports.import(scan, { format, tenantId: source.tenantId, by: `source:${source.name}`.slice(0, 64), complete })
      : await imports.read(scan, { format })
  })
  return router
}

async function* one(body: Buffer): AsyncGenerator<Uint8Array> {
  if (body.length > 0) yield body
}
