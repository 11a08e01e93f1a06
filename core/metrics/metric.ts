// How a named figure is declared: what it is called, what exactly it counts, and the rows behind it. Reports, chat, score and API read no other.
import type { Instant } from '../ports/clock.js'
import type { Tables } from '../ports/transaction.js'
import type { Tenant } from '../tenants/tenant.js'

/** Only what happened to these; absent: everything. */
export interface MetricFilter {
  /** Address or name of a machine. */
  readonly asset?: string
  readonly eventType?: string
}

export interface MetricContext {
  readonly tables: Tables
  readonly tenant: Tenant
  /** The period: its first instant and the first one after it. */
  readonly from: Instant
  readonly to: Instant
  /** Nothing later than this is known; the smaller of `to` and now. */
  readonly until: Instant
  readonly filter: MetricFilter
  /** Rows several figures are made of, read once for the period. */
  readonly memo: Map<string, Promise<unknown>>
}

/** The same rows for all figures of a period: read at the first asking. */
export function once<T>({ memo }: Pick<MetricContext, 'memo'>, key: string, read: () => Promise<T>): Promise<T> {
  let known = memo.get(key) as Promise<T> | undefined
  if (!known) memo.set(key, (known = read()))
  return known
}

export type MetricUnit = '条' | '次' | '起' | '个' | '台' | '项' | '分钟' | '天' | '%' | '分'

export interface MetricValue {
  /** Null: there was nothing to measure; `note` says why when that is not plain. */
  readonly value: number | null
  /** Things measured, for averages and shares. */
  readonly of?: number
  /** Further figures that belong to it, Chinese name → value, in order. */
  readonly parts?: readonly (readonly [string, number])[]
  readonly note?: string
}

/** One thing that was counted: number or name people know it by, and one line. */
export interface MetricRow {
  readonly name: string
  readonly text: string
}

export interface Metric {
  readonly id: string
  /** Chinese. */
  readonly name: string
  readonly aliases: readonly string[]
  /** One sentence: what is counted, over what. */
  readonly definition: string
  readonly unit: MetricUnit
  /** `stock`: as things stood at the end of the period; `flow`: what happened in it; `share`: neither adds up. */
  readonly kind: 'flow' | 'stock' | 'share'
  compute(context: MetricContext): Promise<MetricValue>
  /** At most `limit` rows behind the figure, newest or gravest first. */
  rows?(context: MetricContext, limit: number): Promise<readonly MetricRow[]>
}

export const defineMetric = (metric: Metric): Metric => metric

/** Half-open, as every period is. */
export const within = ({ from, to }: Pick<MetricContext, 'from' | 'to'>) => ({ from, before: to })

/** One decimal; what people read and what is compared is the same figure. */
export const oneDecimal = (value: number): number => Math.round(value * 10) / 10

export const share = (part: number, whole: number): number | null => (whole === 0 ? null : oneDecimal((part / whole) * 100))
