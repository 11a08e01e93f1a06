// Turns a report's Markdown and charts into files; adapters/documents does it in worker threads. The same input gives the same bytes.
import type { Instant } from './clock.js'

export interface ChartSeries {
  readonly name: string
  readonly values: readonly (number | null)[]
}

/** What a picture shows; how it looks is the adapter's. */
export interface ChartSpec {
  readonly kind: 'bar' | 'line' | 'stacked' | 'ranking'
  readonly title: string
  readonly unit: string
  readonly labels: readonly string[]
  readonly series: readonly ChartSeries[]
}

export interface DocumentSheet {
  readonly name: string
  readonly heads: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
}

export interface DocumentSource {
  readonly title: string
  /** Shown at the head of every page. */
  readonly tenantName: string
  readonly number: string
  /** Written into the file as the time it was made. */
  readonly createdAt: Instant
  /** CommonMark with tables; `![caption](chart:name)` stands for a chart. */
  readonly markdown: string
  readonly charts: Readonly<Record<string, ChartSpec>>
  readonly sheets: readonly DocumentSheet[]
  /** Lines of the picture for a phone. */
  readonly brief: readonly string[]
}

export const documentFormats = ['pdf', 'docx', 'xlsx', 'html', 'png'] as const
export type DocumentFormat = (typeof documentFormats)[number]

export interface Documents {
  /**
   * `html` is one page with its pictures inside; `png` is the card for a phone.
   * @throws DOCUMENT_FAILED when it took too long or too much
   */
  render(source: DocumentSource, format: DocumentFormat): Promise<Buffer>
  close(): Promise<void>
}
