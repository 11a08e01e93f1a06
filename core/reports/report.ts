// A report is a snapshot: the same period asked again returns the same text until somebody regenerates it.
import type { Instant } from '../ports/clock.js'

export interface Report {
  readonly id: string
  readonly tenantId: string
  readonly number: string
  readonly kind: 'daily' | 'incident'
  /** `2026-11-23` in the tenant's zone; of a report on an incident the end of its number. */
  readonly period: string
  readonly markdown: string
  readonly figures: Readonly<Record<string, number>>
  readonly createdAt: Instant
}
