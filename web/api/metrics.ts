// GET /api/v1/metrics and /api/v1/metrics/<id>: the named figures of a customer, for whoever holds a token of one of its sources.
import { Router } from '@koa/router'
import { z } from 'zod'
import type { SourceMap } from '../../core/events/source-map.js'
import { AppError } from '../../core/errors.js'
import { metricById, metrics as all } from '../../core/metrics/index.js'
import type { Metric } from '../../core/metrics/metric.js'
import { MOST_ROWS, type MetricService } from '../../core/metrics/metric-set.js'
import { readPeriod } from '../../core/reports/period.js'
import type { ReportService } from '../../core/reports/report-service.js'
import type { Directory } from '../../core/tenants/directory.js'
import type { Tenant } from '../../core/tenants/tenant.js'
import { bearerToken } from './bearer-token.js'

const Query = z.object({
  period: z.string().max(40).optional(),
  asset: z.string().min(1).max(253).optional(),
  rows: z.coerce.number().int().min(0).max(MOST_ROWS).default(0),
})

interface Needs {
  readonly metrics: MetricService
  readonly reports: ReportService
  readonly directory: Directory
  readonly sources: SourceMap
}

const described = ({ id, name, definition, unit, kind }: Metric) => ({ id, name, definition, unit, kind })

export function metricsRouter({ metrics, reports, directory, sources }: Needs): Router {
  const router = new Router()
  const tenantOf = async (authorization: string): Promise<Tenant> => {
    const token = bearerToken(authorization)
    const source = token === undefined ? undefined : await sources.byToken(token)
    const tenant = source && (await directory.tenant(source.tenantId))
    if (!tenant) throw new AppError('SOURCE_UNKNOWN')
    return tenant
  }
  router.get('/api/v1/metrics', async ctx => {
    ctx.set('www-authenticate', 'Bearer')
    await tenantOf(ctx.get('authorization'))
    ctx.body = all.map(described)
  })
  router.get('/api/v1/metrics/:id', async ctx => {
    ctx.set('www-authenticate', 'Bearer')
    const tenant = await tenantOf(ctx.get('authorization'))
    const metric = metricById.get(ctx.params['id'] ?? '')
    if (!metric) throw new AppError('NOT_FOUND', { what: `指标 ${(ctx.params['id'] ?? '').slice(0, 40)}` })
    const query = Query.safeParse({ ...ctx.query })
    if (!query.success) throw new AppError('REQUEST_INVALID', { problem: query.error.issues.map(issue => issue.path.join('.')).join('、') })
    const { asset, rows } = query.data
    const today = reports.today(tenant)
    const period = readPeriod('custom', query.data.period ?? today, tenant.timeZone, today)
    const answer = await metrics.ask(tenant, metric.id, period, { rows, ...(asset === undefined ? {} : { filter: { asset } }) })
    ctx.set('cache-control', 'no-store')
    ctx.body = { ...described(metric), period: { key: period.key, from: period.from, to: period.to }, ...answer.value, rows: answer.rows }
  })
  return router
}
