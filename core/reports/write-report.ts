// From figures to text: walks the sections of a kind and collects Markdown, figures, pictures, annex and summary. Called by report-service.ts.
import type { Tx } from '../ports/transaction.js'
import { MetricSet } from '../metrics/metric-set.js'
import type { MetricFilter } from '../metrics/metric.js'
import { localTime } from '../tenants/local-time.js'
import type { Tenant } from '../tenants/tenant.js'
import { eventTypeLabel, isEventType } from '../threats/terms.js'
import { inOrder } from './industry-order.js'
import { oddities } from './oddities.js'
import { periodBefore, periodLabel, readPeriod, type Period } from './period.js'
import { noContent, reportKindLabel, type Advice, type ReportContent, type ReportKind } from './report.js'
import { escapeMarkdown, type Section, type SectionContext } from './section.js'
import { sections } from './sections/index.js'

export interface Written {
  readonly markdown: string
  readonly figures: Readonly<Record<string, number>>
  readonly content: ReportContent
}

export interface ReportRequest {
  readonly kind: ReportKind
  /** As in period.ts. */
  readonly period: string
  /** Empty, `asset:<address or name>`, `type:<event type>`, or an incident's number. */
  readonly scope?: string
}

const ordinals = '零一二三四五六七八九十'
/** 一 to 九十九. */
export function ordinal(n: number): string {
  if (n <= 10) return ordinals[n] ?? String(n)
  const tens = Math.floor(n / 10)
  return `${tens === 1 ? '' : ordinals[tens]}十${n % 10 === 0 ? '' : ordinals[n % 10]}`
}

export function filterOf(scope: string): MetricFilter {
  if (scope.startsWith('asset:')) return { asset: scope.slice('asset:'.length) }
  return scope.startsWith('type:') ? { eventType: scope.slice('type:'.length) } : {}
}

function scopeWords(scope: string): string | undefined {
  const { asset, eventType } = filterOf(scope)
  if (asset !== undefined) return `范围：资产 ${escapeMarkdown(asset)} 的告警、事件与脆弱性；封禁、投递、SLA、评分仍为全单位`
  if (isEventType(eventType)) return `范围：类型为“${eventTypeLabel[eventType]}”的告警与事件；其余仍为全单位`
  return undefined
}

export async function writeReport(
  tx: Tx,
  tenant: Tenant,
  period: Period,
  { kind, scope = '' }: ReportRequest,
  advice: readonly Advice[] = [],
): Promise<Written> {
  const filter = filterOf(scope)
  const earlier = readPeriod('custom', periodBefore(period), tenant.timeZone, '9999-12-31')
  const metrics = new MetricSet(tx, tenant, period, tx.at, filter)
  const before = new MetricSet(tx, tenant, earlier, tx.at, filter)
  const incident = kind === 'incident' ? scope : undefined
  const context: SectionContext = { tables: tx, tenant, period, kind, metrics, before, incident, advice }
  const chosen = sections.filter(item => item.in.includes(kind))
  const ordered = kind === 'daily' || kind === 'incident' ? chosen : inOrder(chosen, tenant.industry)
  const what = incident ?? periodLabel(period)
  const parts = [`# ${escapeMarkdown(tenant.name)} ${reportKindLabel[kind]} ${what}`]
  if (!period.complete && kind !== 'incident') parts.push(`截至 ${localTime(tx.at, tenant.timeZone)}`)
  const words = scopeWords(scope)
  if (words !== undefined) parts.push(words)
  const figures: Record<string, number> = {}
  const charts: Record<string, ReportContent['charts'][string]> = {}
  const sheets: ReportContent['sheets'][number][] = []
  const brief: string[] = []
  for (const [index, section] of ordered.entries()) {
    const data: unknown = await section.load(context)
    parts.push(`## ${ordinal(index + 1)}、${titleOf(section, kind)}`, section.write(data, tenant))
    Object.assign(figures, section.figures?.(data) ?? {})
    Object.assign(charts, section.charts?.(data) ?? {})
    sheets.push(...(section.sheets?.(data, tenant) ?? []))
    brief.push(...(section.brief?.(data, tenant) ?? []))
  }
  const odd = kind === 'incident' || !period.complete ? [] : await oddities(metrics, before)
  return {
    markdown: parts.join('\n\n'),
    figures,
    content: { ...noContent, brief, charts, sheets: sheets.filter(sheet => sheet.rows.length > 0), oddities: odd, advice },
  }
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever its data, it has a title
function titleOf({ title }: Section<any>, kind: ReportKind): string {
  return typeof title === 'string' ? title : (title[kind] ?? title.other)
}
