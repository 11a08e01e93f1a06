// The audit trail: append-only rows, one hash chain per tenant, written in the transaction of the change itself.
import type { Instant } from '../ports/clock.js'

export interface AuditEntry {
  readonly tenantId: string
  /** Userid, `system`, or `cli`. */
  readonly actor: string
  /** Dotted: `disposal.approved`. */
  readonly action: string
  /** Number or id of what it is about. */
  readonly subject: string
  readonly details: Readonly<Record<string, unknown>>
  readonly traceId?: string
}

export interface AuditRecord extends Omit<AuditEntry, 'traceId'> {
  readonly id: string
  /** 1, 2, 3 … without a gap within the tenant. */
  readonly seq: number
  readonly at: Instant
  readonly traceId: string
  /** Hash of the row before; 64 zeros for the first. */
  readonly previous: string
  /** HMAC-SHA256 over `previous` and the row, hex; the key is derived from SECRET_KEY, so that rows cannot be forged with database rights alone. */
  readonly hash: string
}

/** The last row of a chain as it should be; what is missing behind it was cut off. */
export interface AuditHead {
  readonly id: string
  readonly tenantId: string
  readonly seq: number
  readonly hash: string
}

export const GENESIS = '0'.repeat(64)

/** The text that is hashed: fields in fixed order, object keys sorted, so that both databases give the same bytes. */
export function canonical(record: Omit<AuditRecord, 'hash'>): string {
  const { id, tenantId, seq, at, actor, action, subject, details, traceId, previous } = record
  return JSON.stringify([previous, id, tenantId, seq, at, stored(actor), action, stored(subject), sorted(details), stored(traceId)])
}

/** As a text column gives it back: databases keep neither NUL nor half a character, and the row must not look changed for it. */
function stored(text: string): string {
  return text.replaceAll('\0', ' ').replaceAll(/\p{Surrogate}/gu, '\ufffd')
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  )
}
