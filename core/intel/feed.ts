// A list of indicators that is read on schedule: declared by the operator in `feeds` of `apply`, shared by all tenants.
import type { Instant } from '../ports/clock.js'
import type { IndicatorKind, Tlp } from '../threats/indicators/indicator.js'

export const feedFormats = ['auto', 'stix', 'misp', 'csv', 'plain', 'ndjson'] as const
export type FeedFormat = (typeof feedFormats)[number]

/** What of a CSV line is what: names of the header, or numbers of columns from 1. */
export const feedColumns = ['value', 'type', 'kind', 'confidence', 'firstSeen', 'lastSeen', 'expires', 'family', 'note'] as const
export type FeedColumn = (typeof feedColumns)[number]

export interface Feed {
  readonly id: string
  readonly tenantId: string
  readonly name: string
  readonly url: string
  readonly format: FeedFormat
  /** For entries that do not say themselves. */
  readonly kind: IndicatorKind
  /** 0–1; likewise. */
  readonly confidence: number
  readonly everySeconds: number
  readonly columns: Readonly<Partial<Record<FeedColumn, string>>>
  readonly tlp: Tlp | null
  /** Entries without an end of their own run out so long after they were last in the list; null: by kind (domain.md 10.2). */
  readonly validDays: number | null
  /** Sealed. */
  readonly credential: string | null
}

/** What became of a feed; its id is the feed's. */
export interface FeedState {
  readonly id: string
  readonly tenantId: string
  /** Next look; also the claim: whoever moves it on does the look. */
  readonly nextAt: Instant
  /** It answered, changed or not. */
  readonly fetchedAt: Instant | null
  /** It was different and is in use since. */
  readonly importedAt: Instant | null
  /** Digest of the declaration it was read by. */
  readonly declared: string
  readonly etag: string | null
  readonly lastModified: string | null
  readonly entries: number
  /** Lines or entries that could not be used. */
  readonly refused: number
  readonly failures: number
  readonly error: string | null
  readonly createdAt: Instant
}
