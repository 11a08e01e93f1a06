// Makes secrets that are only ever compared by their digest.

export interface SecretMaker {
  /** 256 random bits as text fit for a cookie and a link. */
  make(): string
  /** SHA-256, hex. */
  digest(secret: string): string
}
