// Bytes of a feed to entries, whatever its format; lists of lines are never held as a whole. Called by feed-service.ts.
import type { ReadEntry } from './entry.js'
import type { Feed, FeedFormat } from './feed.js'
import { CsvReader, readJsonLine, readPlainLine } from './read-lines.js'
import { readMisp } from './read-misp.js'
import { readStix } from './read-stix.js'

/** A document that must be held as a whole. */
const MAX_DOCUMENT = 128 * 1024 * 1024
const MAX_LINE = 64 * 1024

export async function* readFeed(
  body: AsyncIterable<Uint8Array>,
  { format, columns }: Pick<Feed, 'format' | 'columns'>,
): AsyncGenerator<ReadEntry> {
  const chunks = decode(body)[Symbol.asyncIterator]()
  let head = ''
  while (head.length < 4_096) {
    const next = await chunks.next()
    if (next.done) break
    head += next.value
  }
  const text = rest(head, chunks)
  const kind = format === 'auto' ? formatOf(head) : format
  if (kind === 'stix' || kind === 'misp') {
    yield* readDocument(text, kind)
    return
  }
  const csv = new CsvReader(columns)
  const read = kind === 'csv' ? (line: string) => csv.read(line) : kind === 'ndjson' ? readJsonLine : readPlainLine
  for await (const line of lines(text)) {
    const entry = line.length > MAX_LINE ? { problem: '一行太长' } : read(line)
    if (entry) yield entry
  }
}

/** Told from the beginning. */
export function formatOf(head: string): Exclude<FeedFormat, 'auto'> {
  const start = head.replace(/^\uFEFF/, '').trimStart()
  if (start.startsWith('{') || start.startsWith('[')) {
    const line = start.split('\n', 1)[0]!
    if (/"(?:value|indicator|ioc)"\s*:/.test(line) && /\}\s*$/.test(line) && !/"(?:Attribute|objects)"\s*:/.test(line)) return 'ndjson'
    return /"(?:Event|Attribute|response)"\s*:/.test(start) && !/"spec_version"|"bundle"/.test(start) ? 'misp' : 'stix'
  }
  const rows = start
    .split('\n')
    .map(line => line.trim())
    .filter(Boolean)
  const data = rows.filter(line => !/^(?:#|\/\/|;|!)/.test(line)).slice(0, 20)
  const cells = data.map(line => Math.max(...[',', ';', '\t', '|'].map(sign => line.split(sign).length)))
  // A single line with a comma may be a note.
  return data.length > 0 && cells.every(count => count >= 2) && new Set(cells.slice(0, -1)).size <= 2 ? 'csv' : 'plain'
}

async function* readDocument(text: AsyncIterable<string>, kind: 'stix' | 'misp'): AsyncGenerator<ReadEntry> {
  const parts: string[] = []
  let length = 0
  for await (const part of text) {
    length += part.length
    if (length > MAX_DOCUMENT) {
      yield { problem: `JSON 文档超过 ${MAX_DOCUMENT / 1024 / 1024} MB` }
      return
    }
    parts.push(part)
  }
  let value: unknown
  try {
    value = JSON.parse(parts.join('').replace(/^\uFEFF/, ''))
  } catch {
    yield { problem: '不是有效的 JSON' }
    return
  }
  if (typeof value !== 'object' || value === null) {
    yield { problem: '不是 JSON 对象' }
    return
  }
  yield* kind === 'stix' ? readStix(value) : readMisp(value)
}

async function* decode(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  for await (const chunk of body) yield decoder.decode(chunk, { stream: true })
  yield decoder.decode()
}

async function* rest(head: string, chunks: AsyncIterator<string>): AsyncGenerator<string> {
  yield head
  for (;;) {
    const next = await chunks.next()
    if (next.done) return
    yield next.value
  }
}

/** A line that never ends is handed on cut. */
async function* lines(text: AsyncIterable<string>): AsyncGenerator<string> {
  let left = ''
  let skipping = false
  for await (const part of text) {
    const pieces = (left + part).split('\n')
    left = pieces.pop() ?? ''
    for (const piece of pieces) {
      if (!skipping) yield piece
      skipping = false
    }
    if (left.length <= MAX_LINE) continue
    if (!skipping) yield left
    skipping = true
    left = ''
  }
  if (left !== '' && !skipping) yield left
}
