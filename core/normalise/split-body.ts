// Splits the body of an ingest request into records: NDJSON, a JSON array or raw lines. Called by the HTTP intake before anything is archived.

export const MAX_RECORDS = 10_000
export const MAX_RECORD_BYTES = 65_536

/** TOO_LONG: over 64 KiB; TOO_MANY: after the 10,000th; NOT_JSON: not an object; BAD_ARRAY: the body promised an array and is none. */
export type RejectionCode = 'TOO_LONG' | 'TOO_MANY' | 'NOT_JSON' | 'BAD_ARRAY'

export interface SplitBody {
  readonly records: readonly string[]
  /** `line` is 1-based: the line of the body, or the element of an array. After TOO_MANY nothing more is looked at. */
  readonly rejected: readonly { readonly line: number; readonly error: RejectionCode }[]
}

/** Sources whose records are JSON objects; every other type takes lines as they are. */
const JSON_TYPES = new Set(['json', 'suricata', 'wazuh', 'alertmanager'])

/**
 * Never throws. Empty lines are no records. A body that begins with `[` is an array when the source or the content type says JSON;
 * its objects are written anew on one line. Raw sources are taken line by line, unless the content type is `application/json` and the body an array.
 * @param type the source's type as in `/api/v1/ingest/{source}`
 */
export function splitBody(type: string, contentType: string, body: string): SplitBody {
  const media = (contentType.split(';', 1)[0] ?? '').trim().toLowerCase()
  const isJson = JSON_TYPES.has(type) || media === 'application/json' || media === 'application/x-ndjson'
  const text = body.startsWith('\ufeff') ? body.slice(1) : body
  if (isJson && /^\s*\[/.test(text)) return splitArray(text)
  if (isJson && /^\s*\{/.test(text)) {
    const single = splitSingle(text)
    if (single !== undefined) return single
  }
  return splitLines(text, isJson)
}

function splitArray(text: string): SplitBody {
  let values: unknown
  try {
    values = JSON.parse(text)
  } catch {
    return { records: [], rejected: [{ line: 1, error: 'BAD_ARRAY' }] }
  }
  if (!Array.isArray(values)) return { records: [], rejected: [{ line: 1, error: 'BAD_ARRAY' }] }
  const taker = new Taker()
  for (const value of values as unknown[]) {
    if (typeof value === 'string') taker.take(value)
    else if (typeof value === 'object' && value !== null && !Array.isArray(value)) taker.take(JSON.stringify(value))
    else taker.reject('NOT_JSON')
    if (taker.full) break
  }
  return taker.result()
}

/** One object written over several lines; undefined when the body is one object a line. */
function splitSingle(text: string): SplitBody | undefined {
  const trimmed = text.trim()
  if (!trimmed.includes('\n') || trimmed.length > MAX_RECORD_BYTES * 4) return undefined
  try {
    const taker = new Taker()
    taker.take(JSON.stringify(JSON.parse(trimmed)))
    return taker.result()
  } catch {
    return undefined
  }
}

function splitLines(text: string, isJson: boolean): SplitBody {
  const taker = new Taker()
  let from = 0
  while (from < text.length && !taker.full) {
    const end = text.indexOf('\n', from)
    const line = text.slice(from, end === -1 ? text.length : end).replace(/\r$/, '')
    from = end === -1 ? text.length : end + 1
    if (line.trim() === '') taker.skip()
    else if (isJson && !isJsonObject(line)) taker.reject(isTooLong(line) ? 'TOO_LONG' : 'NOT_JSON')
    else taker.take(line)
  }
  return taker.result()
}

function isTooLong(line: string): boolean {
  return line.length > MAX_RECORD_BYTES || Buffer.byteLength(line) > MAX_RECORD_BYTES
}

function isJsonObject(line: string): boolean {
  if (line.length > MAX_RECORD_BYTES) return false
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

/** Counts lines, keeps the limits. */
class Taker {
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
