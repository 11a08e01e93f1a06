// Collects the records of one ingest request within the limits and counts what is refused; used by split-body and split-alerts.

export const MAX_RECORDS = 10_000
export const MAX_RECORD_BYTES = 65_536

/**
 * TOO_LONG: over 64 KiB; TOO_MANY: after the 10,000th; NOT_JSON: not an object; BAD_ARRAY: the body promised an array and is none;
 * NO_ALERTS: a payload of Alertmanager without its list `alerts`; NOT_AN_ALERT: an element of that list that has no labels.
 */
export type RejectionCode = 'TOO_LONG' | 'TOO_MANY' | 'NOT_JSON' | 'BAD_ARRAY' | 'NO_ALERTS' | 'NOT_AN_ALERT'

export interface SplitBody {
  readonly records: readonly string[]
  /** `line` is 1-based: the line of the body, the element of an array, or the alert. After TOO_MANY nothing more is looked at. */
  readonly rejected: readonly { readonly line: number; readonly error: RejectionCode }[]
}

export function isTooLong(line: string): boolean {
  return line.length > MAX_RECORD_BYTES || Buffer.byteLength(line) > MAX_RECORD_BYTES
}

/** Counts lines, keeps the limits. */
export class RecordTaker {
  private readonly records: string[] = []
  private readonly rejected: { line: number; error: RejectionCode }[] = []
  private line = 0
  full = false

  take(record: string): void {
    if (isTooLong(record)) return this.reject('TOO_LONG')
    if (this.records.length + this.rejected.length >= MAX_RECORDS) return this.reject('TOO_MANY')
    this.line += 1
    this.records.push(record)
  }

  skip(): void {
    this.line += 1
  }

  reject(error: RejectionCode): void {
    this.line += 1
    const over = this.records.length + this.rejected.length >= MAX_RECORDS
    this.rejected.push({ line: this.line, error: over ? 'TOO_MANY' : error })
    if (over) this.full = true
  }

  result(): SplitBody {
    return { records: this.records, rejected: this.rejected }
  }
}
