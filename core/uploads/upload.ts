// A file a person sent the bot alone: what is known of it; the bytes are sealed in a file store under its id.
import type { Instant } from '../ports/clock.js'

/** What the content is, whatever the name says. */
export type UploadKind = 'png' | 'jpeg' | 'pdf' | 'xlsx' | 'docx' | 'zip' | 'xml' | 'json' | 'text'

export interface Upload {
  readonly id: string
  readonly tenantId: string
  readonly userId: string
  /** As the sender called it, without folders and control characters, at most 120 characters. */
  readonly name: string
  readonly kind: UploadKind
  /** Bytes. */
  readonly size: number
  /** Hex. */
  readonly sha256: string
  readonly receivedAt: Instant
  /** The bytes are gone after this; the row stays. */
  readonly expiresAt: Instant
  readonly removedAt: Instant | null
}

/** WeCom takes no larger ones (doc 101463). */
export const MAX_UPLOAD_BYTES = 20 * 1024 * 1024
