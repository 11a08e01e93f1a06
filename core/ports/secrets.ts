// Seals credentials for the database; what is sealed never appears in a log, a message or a report.
export interface Secrets {
  /** `context` (table and row) is bound to the sealed text: it opens nowhere else. */
  seal(plain: string, context: string): string
  /** @throws SECRET_UNREADABLE */
  open(sealed: string, context: string): string
  /** HMAC-SHA256 with a key of its own for the audit chain, hex. */
  chainHash(text: string): string
}
