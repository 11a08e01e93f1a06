// How a report section is declared: load asks for figures and rows, write is pure and returns Markdown; an empty period has its own sentence.
import type { MetricSet } from '../metrics/metric-set.js'
import type { ChartSpec } from '../ports/documents.js'
import type { Tables } from '../ports/transaction.js'
import type { Tenant } from '../tenants/tenant.js'
import type { Period } from './period.js'
import type { Advice, ReportKind, Sheet } from './report.js'

export type { Period } from './period.js'

export interface SectionContext {
  readonly tables: Tables
  readonly tenant: Tenant
  readonly period: Period
  readonly kind: ReportKind
  /** Figures of the period, and of the one before it; each computed once for the whole report. */
  readonly metrics: MetricSet
  readonly before: MetricSet
  /** Number of the incident a report of one is about. */
  readonly incident: string | undefined
  /** What the expert has written. */
  readonly advice: readonly Advice[]
}

export interface Section<Data> {
  readonly id: string
  /** Heading, Chinese; by kind where it differs. */
  readonly title: string | (Readonly<Partial<Record<ReportKind, string>>> & { readonly other: string })
  readonly in: readonly ReportKind[]
  load(context: SectionContext): Promise<Data>
  write(data: Data, tenant: Tenant): string
  /** Lines for the group's summary. */
  brief?(data: Data, tenant: Tenant): readonly string[]
  /** Pictures the text refers to as `![caption](chart:name)`. */
  charts?(data: Data): Readonly<Record<string, ChartSpec>>
  /** Whole lists, for the annex. */
  sheets?(data: Data, tenant: Tenant): readonly Sheet[]
  /** Figures that can be asked again and are compared with the period before. */
  figures?(data: Data): Readonly<Record<string, number>>
}

export function defineSection<Data>(section: Section<Data>): Section<Data> {
  return section
}

/** Outside text in a report is data: Markdown signs lose their meaning. */
export const escapeMarkdown = (text: string): string =>
  text.replaceAll(/[\p{Cc}\u202A-\u202E\u2066-\u2069]+/gu, ' ').replaceAll(/[\\`*_[\]()<>#|!~&]/g, '\\$&')

/** A Markdown table; cells are outside text. */
export function table(heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.map(cell => escapeMarkdown(String(cell))).join(' | ')} |`
  return [line(heads), `|${heads.map(() => ' --- |').join('')}`, ...rows.map(line)].join('\n')
}

/** `—`, `45 分钟`, `3 小时 5 分`, `2 天 4 小时`. */
export function spanWords(minutes: number | null | undefined): string {
  if (minutes === null || minutes === undefined) return '—'
  const whole = Math.round(minutes)
  if (whole < 60) return `${whole} 分钟`
  if (whole < 1440) return `${Math.floor(whole / 60)} 小时 ${whole % 60} 分`
  return `${Math.floor(whole / 1440)} 天 ${Math.floor((whole % 1440) / 60)} 小时`
}

export const percent = (value: number | null | undefined): string => (value === null || value === undefined ? '—' : `${value}%`)

/** `（上期 12，+3）`. */
export function comparedWith(now: number, before: number): string {
  const difference = now - before
  return `（上期 ${before}，${difference > 0 ? `+${difference}` : difference === 0 ? '持平' : difference}）`
}
