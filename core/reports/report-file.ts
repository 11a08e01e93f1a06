// A file of a report: made once, kept for a while; the row of one that is wanted survives a restart. Written by report-files.ts.
import type { Instant } from '../ports/clock.js'
import type { DocumentFormat } from '../ports/documents.js'

export interface ReportFile {
  /** `<report id>:<format>`. */
  readonly id: string
  readonly tenantId: string
  readonly reportId: string
  readonly format: DocumentFormat
  /** The room that waits for it; null when nobody does. */
  readonly room: 'butler' | 'ops' | null
  /** Null until it is made. */
  readonly base64: string | null
  readonly attempts: number
  readonly createdAt: Instant
}
