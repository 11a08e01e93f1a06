// A report is a snapshot: the same period asked again returns the same text until somebody regenerates it.
import type { Instant } from '../ports/clock.js'

export interface Report {
  readonly id: string
  readonly tenantId: string
  readonly number: string
  readonly kind: 'daily'
  /** `2026-11-23` in the tenant's zone. */
  readonly period: string
  readonly markdown: string
  readonly figures: Readonly<Record<string, number>>
  readonly createdAt: Instant
}
