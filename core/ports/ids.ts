// Row ids: unique everywhere, growing with time, so that they can order rows of one moment.
export interface Ids {
  /** A UUID version 7 in lower-case text, 36 characters (RFC 9562 section 5.7). */
  next(): string
}
