// Where lists of indicators come from, and where their indexes are kept; adapters/intel-feed implements both.

export interface FeedRequest {
  /** `https://…`, `http://…` or `file:///…`. */
  readonly url: string
  /** Sent as `Authorization`, where the feed wants one. */
  readonly credential?: string | undefined
  /** What the last answer said about itself; with it an unchanged list is not sent again. */
  readonly etag?: string | undefined
  readonly lastModified?: string | undefined
  /** Bytes after decompression. */
  readonly maxBytes: number
}

export type FeedAnswer =
  | { readonly changed: false }
  | {
      readonly changed: true
      readonly etag: string | undefined
      readonly lastModified: string | undefined
      /** Decompressed (gzip); throws FEED_FAILED when it breaks off or is longer than allowed. */
      readonly body: AsyncIterable<Uint8Array>
    }

export interface IntelFeed {
  /** @throws FEED_FAILED when it cannot be reached, refuses, or takes too long */
  fetch(request: FeedRequest): Promise<FeedAnswer>
}

export interface StoredIndex {
  /** Id of the feed. */
  readonly id: string
  /** Another after every save. */
  readonly version: string
}

/** One block of bytes per feed, replaced as a whole: a reader sees the old one or the new one. */
export interface IndexStore {
  save(id: string, bytes: Uint8Array): Promise<void>
  load(id: string): Promise<Uint8Array | undefined>
  list(): Promise<readonly StoredIndex[]>
  remove(id: string): Promise<void>
}
