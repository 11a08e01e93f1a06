// The figures of one tenant and period, each computed once however often it is read; what sections, score and answers are made from.
import { AppError } from '../errors.js'
import { instant, type Clock, type Instant } from '../ports/clock.js'
import type { Tables, Transactions } from '../ports/transaction.js'
import type { Tenant } from '../tenants/tenant.js'
import { metricById } from './index.js'
import type { MetricContext, MetricFilter, MetricRow, MetricValue } from './metric.js'

export interface MetricPeriod {
  readonly from: Instant
  /** The first instant after it. */
  readonly to: Instant
}

export class MetricSet {
  private readonly values = new Map<string, Promise<MetricValue>>()
  readonly context: MetricContext

  constructor(tables: Tables, tenant: Tenant, { from, to }: MetricPeriod, now: Instant, filter: MetricFilter = {}) {
    this.context = { tables, tenant, from, to, until: to < now ? to : now, filter, memo: new Map() }
  }

  /** @throws NOT_FOUND for a name that is none */
  of(id: string): Promise<MetricValue> {
    let value = this.values.get(id)
    if (!value) this.values.set(id, (value = metricOf(id).compute(this.context)))
    return value
  }

  /** Zero when there was nothing to measure: for counts. */
  async count(id: string): Promise<number> {
    return (await this.of(id)).value ?? 0
  }

  rows(id: string, limit: number): Promise<readonly MetricRow[]> {
    return metricOf(id).rows?.(this.context, limit) ?? Promise.resolve([])
  }
}

function metricOf(id: string) {
  const metric = metricById.get(id)
  if (!metric) throw new AppError('NOT_FOUND', { what: `指标 ${id.slice(0, 40)}` })
  return metric
}

/** Longest list of rows that is handed out. */
export const MOST_ROWS = 100

/** What `指标` and /api/v1/metrics ask. */
export class MetricService {
  constructor(private readonly needs: { readonly transactions: Transactions; readonly clock: Clock }) {}

  /** @throws NOT_FOUND */
  ask(
    tenant: Tenant,
    id: string,
    period: MetricPeriod,
    { filter, rows = 0 }: { readonly filter?: MetricFilter; readonly rows?: number } = {},
  ): Promise<{ readonly value: MetricValue; readonly rows: readonly MetricRow[] }> {
    return this.needs.transactions.read(async tables => {
      const set = new MetricSet(tables, tenant, period, instant(this.needs.clock.now()), filter)
      return { value: await set.of(id), rows: rows > 0 ? await set.rows(id, Math.min(rows, MOST_ROWS)) : [] }
    })
  }
}
