// Reads one `correlation` document (sigma.md 8) and ties it to the rules it names; called by compile-rules.ts, run by correlation-engine.ts.
import { numberOf, orders, type Order } from './compare.js'
import { isMap, readHead, type Document } from './compile-rule.js'
import { RuleProblem, type SigmaRule } from './rule.js'

export const correlationTypes = [
  'event_count',
  'value_count',
  'value_sum',
  'value_avg',
  'value_percentile',
  'temporal',
  'temporal_ordered',
] as const
export type CorrelationType = (typeof correlationTypes)[number]

export type Comparison = { readonly order: Order | 'neq'; readonly value: number }

/** A correlation as written, its references not yet resolved. */
export interface CorrelationDraft {
  readonly rule: SigmaRule
  readonly type: CorrelationType
  /** Ids or names of rules and correlations. */
  readonly names: readonly string[]
  readonly groupBy: readonly string[]
  /** For a name in `groupBy` the field that stands for it in each rule, by the rule's id or name as written. */
  readonly aliases: ReadonlyMap<string, ReadonlyMap<string, string>>
  readonly timespanMs: number
  /** All must hold. Empty for the temporal types: every rule must have matched. */
  readonly comparisons: readonly Comparison[]
  /** What the value types look at. */
  readonly fields: readonly string[]
  /** 0–100. */
  readonly percentile: number
  /** The rules it names give alerts of their own as well. */
  readonly generate: boolean
}

/** One rule a correlation looks at, and the fields that make its group, in the order of `groupBy`. */
export interface CorrelationPart {
  readonly id: string
  readonly groupFields: readonly string[]
}

export interface Correlation extends CorrelationDraft {
  readonly parts: readonly CorrelationPart[]
  /** Judged when a group's window closes, because no event can complete it (`lt`, `lte`, `neq` alone). */
  readonly onClose: boolean
}

const SPAN = /^(\d{1,6})([smhd])$/
const UNIT = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const MAX_SPAN = 90 * UNIT.d
const MAX_PARTS = 64
const MAX_FIELDS = 16
/** Matches kept in one group, by type: a condition that needs more can never hold. */
export const MAX_COUNTED = 100_000
export const MAX_VALUES_KEPT = 5_000

/** @throws RuleProblem */
export function readCorrelation(document: Document, file: string): CorrelationDraft {
  const body = document['correlation']
  if (!isMap(body)) throw new RuleProblem('correlation 必须是映射')
  const type = correlationTypes.find(known => known === body['type'])
  if (type === undefined) throw new RuleProblem(`未知的 correlation 类型 ${String(body['type']).slice(0, 40)}`)
  const names = textsOf(body['rules'], 'rules', MAX_PARTS)
  if (names.length === 0) throw new RuleProblem('correlation 缺少 rules')
  const groupBy = textsOf(body['group-by'], 'group-by', MAX_FIELDS)
  const temporal = type === 'temporal' || type === 'temporal_ordered'
  const condition = body['condition']
  const comparisons = condition === undefined && temporal ? [] : comparisonsOf(condition)
  const highest = Math.max(0, ...comparisons.filter(({ order }) => ['gt', 'gte', 'eq'].includes(order)).map(({ value }) => value))
  const limit = type === 'event_count' ? MAX_COUNTED : type === 'value_count' ? MAX_VALUES_KEPT : temporal ? names.length : Infinity
  if (highest > limit) throw new RuleProblem(`condition 的 ${highest} 超过上限 ${limit}`)
  const fields = type.startsWith('value_') ? textsOf(isMap(condition) ? condition['field'] : undefined, 'field', MAX_FIELDS) : []
  if (type.startsWith('value_') && fields.length === 0) throw new RuleProblem(`${type} 缺少 condition.field`)
  if (fields.length > 1 && type !== 'value_count') throw new RuleProblem(`${type} 只能有一个 condition.field`)
  return {
    rule: readHead(document, file, {}),
    type,
    names,
    groupBy,
    aliases: aliasesOf(body['aliases'], names),
    timespanMs: spanOf(body['timespan'] ?? body['timeframe']),
    comparisons,
    fields,
    percentile: percentileOf(isMap(condition) ? condition['percentile'] : undefined),
    generate: body['generate'] === true || document['generate'] === true,
  }
}

function spanOf(value: unknown): number {
  const [, count, unit] = (typeof value === 'string' ? SPAN.exec(value.trim()) : null) ?? []
  if (count === undefined) throw new RuleProblem('timespan 应为整数加 s、m、h 或 d，例如 10m')
  const span = Number(count) * UNIT[unit as keyof typeof UNIT]
  if (span <= 0 || span > MAX_SPAN) throw new RuleProblem('timespan 应在 1s 至 90d 之间')
  return span
}

function comparisonsOf(condition: unknown): Comparison[] {
  if (!isMap(condition)) throw new RuleProblem('correlation 缺少 condition')
  const known = new Set(['field', 'percentile', 'neq', ...Object.keys(orders)])
  for (const key of Object.keys(condition)) if (!known.has(key)) throw new RuleProblem(`condition 中未知的 ${key.slice(0, 40)}`)
  const comparisons = Object.keys(condition)
    .filter(key => key !== 'field' && key !== 'percentile')
    .map((key): Comparison => {
      const value = numberOf(condition[key])
      if (value === undefined) throw new RuleProblem(`condition 的 ${key} 需要数字`)
      return { order: key as Comparison['order'], value }
    })
  if (comparisons.length === 0) throw new RuleProblem('condition 中没有 gt、gte、lt、lte、eq 或 neq')
  return comparisons
}

function percentileOf(value: unknown): number {
  if (value === undefined) return 50
  const percentile = numberOf(value)
  if (percentile === undefined || percentile < 0 || percentile > 100) throw new RuleProblem('percentile 应在 0 至 100 之间')
  return percentile
}

function aliasesOf(value: unknown, names: readonly string[]): Map<string, Map<string, string>> {
  if (value === undefined || value === null) return new Map()
  if (!isMap(value)) throw new RuleProblem('aliases 必须是映射')
  return new Map(
    Object.entries(value)
      .slice(0, MAX_FIELDS)
      .map(([alias, byRule]) => {
        if (!isMap(byRule)) throw new RuleProblem(`别名 ${alias.slice(0, 40)} 必须是映射`)
        const fields = Object.entries(byRule).map(([name, field]): [string, string] => {
          if (!names.includes(name)) throw new RuleProblem(`别名 ${alias.slice(0, 40)} 用到 rules 以外的 ${name.slice(0, 80)}`)
          if (typeof field !== 'string' || field === '') throw new RuleProblem(`别名 ${alias.slice(0, 40)} 需要字段名`)
          return [name, field]
        })
        return [alias, new Map(fields)]
      }),
  )
}

function textsOf(value: unknown, what: string, limit: number): string[] {
  if (value === undefined || value === null) return []
  const items: unknown[] = Array.isArray(value) ? value : [value]
  if (items.length > limit) throw new RuleProblem(`${what} 超过 ${limit} 项`)
  return items.map(item => {
    if (typeof item !== 'string' || item.trim() === '') throw new RuleProblem(`${what} 的每一项必须是文本`)
    return item
  })
}
