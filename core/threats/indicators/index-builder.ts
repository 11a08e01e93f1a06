// Gathers indicators and writes the compact index of index-format.ts; used by indicator-set.ts for content and by intel-service.ts for feeds.
import { canonicalValue } from './canonical-value.js'
import { indicatorKinds, indicatorTypes, tlpLevels, type Indicator } from './indicator.js'
import {
  at,
  hashKey,
  HEADER_BYTES,
  isName,
  MAGIC,
  MAX_WORDS,
  RECORD_BYTES,
  tagOf,
  VERSION,
  type IndexMeta,
  type Words,
} from './index-format.js'
import { keyBytes } from './key-bytes.js'

const CHUNK_BYTES = 4 * 1024 * 1024

export interface BuilderLimits {
  readonly entries: number
  /** Bytes of all records. */
  readonly bytes: number
}

export const builderLimits: BuilderLimits = { entries: 10_000_000, bytes: 1024 ** 3 }

export class IndexBuilder {
  private readonly chunks: Uint8Array[] = []
  private chunk = new Uint8Array(CHUNK_BYTES)
  private used = 0
  private before = 0
  private starts = new Uint32Array(1024)
  private hashes = new Uint32Array(1024)
  private count = 0
  private readonly words: Words[] = []
  private readonly wordIds = new Map<string, number>()
  private readonly prefixes4 = new Set<number>()
  private readonly prefixes6 = new Set<number>()

  /** @param seed any number; another for each index */
  constructor(
    private readonly seed: number,
    private readonly limits: BuilderLimits = builderLimits,
  ) {}

  get size(): number {
    return this.count
  }

  /** The reason, in Chinese, why it cannot be used; undefined when it was taken. Of two equal values the later counts. */
  add(indicator: Indicator): string | undefined {
    const { type } = indicator
    const value = canonicalValue(type, indicator.value)
    if (value === undefined) return `不是有效的 ${type}`
    const key = keyBytes(type, value)
    const length = RECORD_BYTES + key.length
    if (this.count >= this.limits.entries) return `情报超过 ${this.limits.entries} 条`
    if (this.before + this.used + length > this.limits.bytes) return `情报超过 ${Math.round(this.limits.bytes / 1024 ** 2)} MB`
    const word = this.wordOf(indicator)
    if (word === undefined) return '来源、家族和备注的组合太多'
    if (type === 'cidr') (key.length === 5 ? this.prefixes4 : this.prefixes6).add(key[0]!)
    this.makeRoom(length)
    this.starts[this.count] = this.before + this.used
    const typeId = indicatorTypes.indexOf(type)
    this.hashes[this.count] = hashKey(this.seed, typeId, key, key.length, isName(type))
    this.count += 1
    writeRecord(this.chunk, this.used, indicator, typeId, word, key)
    this.used += length
    return undefined
  }

  /** The index as one block; the builder is not used after it. */
  finish(): Uint8Array {
    const { count, seed } = this
    const recordBytes = this.before + this.used
    let slots = 16
    while (slots * 0.65 < count) slots *= 2
    const meta: IndexMeta = {
      words: this.words,
      prefixes4: [...this.prefixes4].sort((a, b) => b - a),
      prefixes6: [...this.prefixes6].sort((a, b) => b - a),
    }
    const metaBytes = new TextEncoder().encode(JSON.stringify(meta))
    const recordsAt = HEADER_BYTES + slots * 6
    const block = new Uint8Array(recordsAt + recordBytes + metaBytes.length)
    let offset = recordsAt
    for (const chunk of [...this.chunks, this.chunk.subarray(0, this.used)]) {
      block.set(chunk, offset)
      offset += chunk.length
    }
    block.set(metaBytes, offset)
    const table = new Uint32Array(block.buffer, HEADER_BYTES, slots)
    const tags = new Uint16Array(block.buffer, HEADER_BYTES + slots * 4, slots)
    const records = block.subarray(recordsAt, recordsAt + recordBytes)
    let entries = 0
    for (let i = 0; i < count; i += 1) entries += place(table, tags, records, this.starts[i]!, this.hashes[i]!)
    new Uint32Array(block.buffer, 0, 9).set([
      MAGIC,
      VERSION,
      seed >>> 0,
      entries,
      slots,
      recordsAt,
      recordBytes,
      recordsAt + recordBytes,
      metaBytes.length,
    ])
    return block
  }

  private wordOf({ source, family, note }: Indicator): number | undefined {
    const words: Words = { source, ...(family === undefined ? {} : { family }), ...(note === undefined ? {} : { note }) }
    const key = JSON.stringify(words)
    const known = this.wordIds.get(key)
    if (known !== undefined) return known
    // A list with a note of its own for everything keeps the source and drops the rest.
    if (this.words.length >= MAX_WORDS - 100 && (family !== undefined || note !== undefined)) return this.wordOf({ source } as Indicator)
    if (this.words.length >= MAX_WORDS) return undefined
    this.wordIds.set(key, this.words.length)
    return this.words.push(words) - 1
  }

  private makeRoom(length: number): void {
    if (this.used + length > this.chunk.length) {
      this.chunks.push(this.chunk.subarray(0, this.used))
      this.before += this.used
      this.used = 0
      this.chunk = new Uint8Array(CHUNK_BYTES)
    }
    if (this.count < this.starts.length) return
    const [starts, hashes] = [new Uint32Array(2 * this.count), new Uint32Array(2 * this.count)]
    starts.set(this.starts)
    hashes.set(this.hashes)
    this.starts = starts
    this.hashes = hashes
  }
}

function writeRecord(chunk: Uint8Array, from: number, indicator: Indicator, typeId: number, word: number, key: Uint8Array): void {
  const view = new DataView(chunk.buffer, chunk.byteOffset + from, RECORD_BYTES)
  view.setUint8(at.type, typeId)
  view.setUint8(at.kind, indicatorKinds.indexOf(indicator.kind))
  view.setUint8(at.confidence, Math.round(Math.min(1, Math.max(0, indicator.confidence)) * 100))
  view.setUint8(at.tlp, indicator.tlp === undefined ? 255 : tlpLevels.indexOf(indicator.tlp))
  view.setUint32(at.first, seconds(indicator.firstSeen), true)
  view.setUint32(at.last, seconds(indicator.lastSeen), true)
  view.setUint32(at.expires, seconds(indicator.expires), true)
  view.setUint32(at.added, seconds(indicator.addedAt), true)
  view.setUint16(at.source, word, true)
  view.setUint16(at.length, key.length, true)
  chunk.set(key, from + RECORD_BYTES)
}

function seconds(moment: string | undefined): number {
  const value = moment === undefined ? 0 : Math.floor(Date.parse(moment) / 1000)
  return Number.isFinite(value) ? Math.min(0xffff_ffff, Math.max(0, value)) : 0
}

/** 1 when the key is new, 0 when it replaced an earlier record. */
function place(table: Uint32Array, tags: Uint16Array, records: Uint8Array, start: number, hash: number): 0 | 1 {
  const mask = table.length - 1
  const tag = tagOf(hash)
  for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
    const there = table[slot]!
    if (there !== 0 && !(tags[slot] === tag && sameKey(records, there - 1, start))) continue
    table[slot] = start + 1
    tags[slot] = tag
    return there === 0 ? 1 : 0
  }
}

function sameKey(records: Uint8Array, a: number, b: number): boolean {
  const length = lengthAt(records, a)
  if (records[a] !== records[b] || length !== lengthAt(records, b)) return false
  for (let i = RECORD_BYTES; i < RECORD_BYTES + length; i += 1) if (records[a + i] !== records[b + i]) return false
  return true
}

function lengthAt(records: Uint8Array, start: number): number {
  return records[start + at.length]! | (records[start + at.length + 1]! << 8)
}
