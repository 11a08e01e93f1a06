// Splits the body of an ingest request into records: NDJSON, a JSON array or raw lines. Called by the HTTP intake before anything is archived.
import { isTooLong, MAX_RECORD_BYTES, RecordTaker, type SplitBody } from './record-taker.js'
import { splitAlerts } from './split-alerts.js'

/** Sources whose records are JSON objects; every other type takes lines as they are. */
const JSON_TYPES = new Set(['json', 'suricata', 'wazuh'])

/**
 * Never throws. Empty lines are no records. A body that begins with `[` is an array when the source or the content type says JSON;
 * its objects are written anew on one line. Raw sources are taken line by line, unless the content type is `application/json` and the body an array.
 * Payloads of `alertmanager` become one record per alert (split-alerts.ts).
 * @param type the source's type as in `/api/v1/ingest/{source}`
 */
export function splitBody(type: string, contentType: string, body: string): SplitBody {
  const media = (contentType.split(';', 1)[0] ?? '').trim().toLowerCase()
  const isJson = JSON_TYPES.has(type) || media === 'application/json' || media === 'application/x-ndjson'
  const text = body.startsWith('\ufeff') ? body.slice(1) : body
  if (type === 'alertmanager') return splitAlerts(text)
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
  const taker = new RecordTaker()
  for (const value of values as unknown[]) {
    const record = typeof value === 'string' ? value : written(value)
    if (record === undefined) taker.reject('NOT_JSON')
    else taker.take(record)
    if (taker.full) break
  }
  return taker.result()
}

/** Undefined for what is no object, and for one nested so deep that it can be read but not written. */
function written(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

/** One object written over several lines; undefined when the body is one object a line. */
function splitSingle(text: string): SplitBody | undefined {
  const trimmed = text.trim()
  if (!trimmed.includes('\n') || trimmed.length > MAX_RECORD_BYTES * 4) return undefined
  try {
    const taker = new RecordTaker()
    taker.take(JSON.stringify(JSON.parse(trimmed)))
    return taker.result()
  } catch {
    return undefined
  }
}

function splitLines(text: string, isJson: boolean): SplitBody {
  const taker = new RecordTaker()
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

function isJsonObject(line: string): boolean {
  if (line.length > MAX_RECORD_BYTES) return false
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}
