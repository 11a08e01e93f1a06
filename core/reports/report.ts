// A report is a snapshot: the same request again returns the same text until somebody makes a new version of it.
import type { Instant } from '../ports/clock.js'
import type { ChartSpec } from '../ports/documents.js'

export const reportKinds = [
  'daily',
  'weekly',
  'monthly',
  'quarterly',
  'annual',
  'custom',
  'one-page',
  'vulnerability',
  'incident',
  'service',
] as const
export type ReportKind = (typeof reportKinds)[number]

export const reportKindLabel: Readonly<Record<ReportKind, string>> = {
  daily: '安全日报',
  weekly: '安全周报',
  monthly: '安全月报',
  quarterly: '安全季报',
  annual: '安全年报',
  custom: '安全情况报告',
  'one-page': '安全情况一页纸',
  vulnerability: '脆弱性情况报告',
  incident: '事件专报',
  service: '服务总结',
}

/** draft → checked (figures, analyst) → advised (advice, expert) → approved (tone, manager) → sent. */
export const reportStates = ['draft', 'checked', 'advised', 'approved', 'sent'] as const
export type ReportState = (typeof reportStates)[number]

export const reportStateLabel: Readonly<Record<ReportState, string>> = {
  draft: '草稿，待分析师校数',
  checked: '已校数，待专家写建议',
  advised: '已有建议，待客户经理审定',
  approved: '已审定，待发送',
  sent: '已发送',
}

/** A figure that moved too far, or stands on a dead source: it needs a written explanation before it leaves. */
export interface Oddity {
  readonly what: string
  readonly why: string
}

export interface Advice {
  readonly action: string
  readonly owner: string
  readonly due: string
  readonly gain: string
  readonly by: string
}

export interface ReportStep {
  readonly state: ReportState
  readonly by: string
  readonly at: Instant
}

export interface Sheet {
  readonly name: string
  readonly heads: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
}

export interface ReportContent {
  /** Lines of the summary for the group. */
  readonly brief: readonly string[]
  /** By the name the Markdown refers to: `![…](chart:name)`. */
  readonly charts: Readonly<Record<string, ChartSpec>>
  readonly sheets: readonly Sheet[]
  readonly oddities: readonly Oddity[]
  readonly explanation?: { readonly text: string; readonly by: string; readonly at: Instant }
  readonly advice: readonly Advice[]
  readonly steps: readonly ReportStep[]
  /** What is different from the version before. */
  readonly changes: readonly string[]
}

export const noContent: ReportContent = { brief: [], charts: {}, sheets: [], oddities: [], advice: [], steps: [], changes: [] }

export interface Report {
  readonly id: string
  readonly tenantId: string
  /** Empty when it is of a period that still runs, and not stored. */
  readonly number: string
  readonly kind: ReportKind
  /** As in period.ts, in the tenant's zone. */
  readonly period: string
  /** Empty, `asset:…`, `type:…`, or the number of an incident. */
  readonly scope: string
  readonly version: number
  readonly state: ReportState
  readonly markdown: string
  readonly figures: Readonly<Record<string, number>>
  /** Null in reports made before there were charts. */
  readonly content: ReportContent | null
  readonly createdAt: Instant
  readonly sentAt: Instant | null
}
