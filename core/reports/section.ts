// How a report section is declared: load asks the database, write is pure and returns Markdown; an empty period has its own sentence.
import type { Tables } from '../ports/transaction.js'
import type { Tenant } from '../tenants/tenant.js'

export interface Period {
  /** `2026-11-23` in the tenant's zone. */
  readonly day: string
  /** First instant of the day and first instant after it. */
  readonly from: string
  readonly to: string
  /** The day is over: the report will not change any more. */
  readonly complete: boolean
}

export interface SectionContext {
  readonly tables: Tables
  readonly tenant: Tenant
  readonly period: Period
}

export interface Section<Data> {
  readonly id: string
  /** Heading, Chinese. */
  readonly title: string
  readonly in: readonly ('daily' | 'weekly' | 'monthly')[]
  load(context: SectionContext): Promise<Data>
  write(data: Data, tenant: Tenant): string
  /** Figures that can be asked again. */
  figures?(data: Data): Readonly<Record<string, number>>
}

export function defineSection<Data>(section: Section<Data>): Section<Data> {
  return section
}

/** Outside text in a report is data: Markdown signs lose their meaning. */
export const escapeMarkdown = (text: string): string =>
  text.replaceAll(/[\p{Cc}\u202A-\u202E\u2066-\u2069]+/gu, ' ').replaceAll(/[\\`*_[\]()<>#|!~&]/g, '\\$&')
