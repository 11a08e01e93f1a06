// POST /api/v1/assets/import: a customer's table of assets, for whoever holds a token of one of the customer's sources; each row gets a verdict.
import { Router } from '@koa/router'
import { z } from 'zod'
import { tableFields } from '../../core/assets/asset-table.js'
import type { AssetImport } from '../../core/assets/import-assets.js'
import { AppError } from '../../core/errors.js'
import type { SourceMap } from '../../core/events/source-map.js'
import { bearerToken } from './bearer-token.js'
import { readBody } from './read-body.js'

export const MAX_ASSET_TABLE_BYTES = 32 * 1024 * 1024

const Pair = z.string().regex(new RegExp(`^(?:${tableFields.join('|')})=.{1,100}$`, 'u'))
const Query = z.object({
  file: z.string().min(1).max(200).default('upload'),
  map: z
    .union([Pair, z.array(Pair).max(tableFields.length)])
    .optional()
    .transform(given => (given === undefined ? [] : typeof given === 'string' ? [given] : given)),
})

export function assetImportRouter({ imports, sources }: { imports: AssetImport; sources: SourceMap }): Router {
  const router = new Router()
  router.post('/api/v1/assets/import', async ctx => {
    const token = bearerToken(ctx.get('authorization'))
    const source = token === undefined ? undefined : await sources.byToken(token)
    if (!source) {
      ctx.set('www-authenticate', 'Bearer')
      throw new AppError('SOURCE_UNKNOWN')
    }
    const query = Query.safeParse({ ...ctx.query })
    if (!query.success) throw new AppError('REQUEST_INVALID', { problem: query.error.issues.map(issue => issue.path.join('.')).join('、') })
    const { file, map } = query.data
    const bytes = await readBody(ctx.req, MAX_ASSET_TABLE_BYTES)
    const name = file.replace(/^.*[/\\]/, '').replace(/[\u0000-\u001f]/g, '') || 'upload'
    const columns = Object.fromEntries(map.map(pair => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]))
    ctx.set('cache-control', 'no-store')
    ctx.body = await imports.import(source.tenantId, `source:${source.name}`.slice(0, 64), { name, bytes }, columns)
  })
  return router
}
