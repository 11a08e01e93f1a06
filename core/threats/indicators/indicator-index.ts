// Looks indicators up in the compact block that index-builder.ts wrote: a few memory accesses per question, every match checked byte by byte.
// Opened by layered-lookup.ts's owners from memory or from a file.
import ipaddr from 'ipaddr.js'
import { AppError } from '../../errors.js'
import { instant } from '../../ports/clock.js'
import { canonicalHash, canonicalUrl, canonicalValue, comparableName } from './canonical-value.js'
import {
  indicatorKinds,
  indicatorTypes,
  tlpLevels,
  type HashType,
  type Indicator,
  type IndicatorLookup,
  type IndicatorType,
} from './indicator.js'
import {
  at,
  hashByte,
  hashEnd,
  hashKey,
  hashStart,
  HEADER_BYTES,
  isName,
  MAGIC,
  RECORD_BYTES,
  tagOf,
  VERSION,
  type IndexMeta,
} from './index-format.js'
import { hexBytes, keyBytes, keyText } from './key-bytes.js'

const [IPV4, IPV6, IPV4_PORT, CIDR, DOMAIN, URL_TYPE] = [0, 1, 2, 3, 4, 5]
const IPV6_PORT = indicatorTypes.indexOf('ipv6:port')
const DOT = 46
const MAX_KEY = 8_192
const encoder = new TextEncoder()

export class IndicatorIndex implements IndicatorLookup {
  private readonly table: Uint32Array
  private readonly tags: Uint16Array
  private readonly records: Uint8Array
  private readonly view: DataView
  private readonly meta: IndexMeta
  private readonly seed: number
  private readonly mask: number
  /** The key that is asked for. */
  private readonly key = new Uint8Array(MAX_KEY)
  readonly size: number

  /** @throws REQUEST_INVALID for a block that is none, or of another version */
  constructor(given: Uint8Array) {
    // Typed arrays must lie at multiples of their size.
    const block = given.byteOffset % 4 === 0 ? given : Uint8Array.from(given)
    const bad = (problem: string) => new AppError('REQUEST_INVALID', { problem: `indicator index: ${problem}` })
    if (block.length < HEADER_BYTES) throw bad('too short')
    const header = new Uint32Array(block.buffer, block.byteOffset, 9)
    const [magic, version, seed = 0, entries = 0, slots = 0, recordsAt = 0, recordBytes = 0, metaAt = 0, metaBytes = 0] = header
    if (magic !== MAGIC || version !== VERSION) throw bad('not of this version')
    const fits = slots >= 16 && (slots & (slots - 1)) === 0 && entries < slots && recordsAt === HEADER_BYTES + slots * 6
    if (!fits || metaAt !== recordsAt + recordBytes || block.length !== metaAt + metaBytes) throw bad('damaged')
    this.table = new Uint32Array(block.buffer, block.byteOffset + HEADER_BYTES, slots)
    this.tags = new Uint16Array(block.buffer, block.byteOffset + HEADER_BYTES + slots * 4, slots)
    this.records = block.subarray(recordsAt, metaAt)
    this.view = new DataView(block.buffer, block.byteOffset + recordsAt, recordBytes)
    this.meta = JSON.parse(new TextDecoder().decode(block.subarray(metaAt))) as IndexMeta
    this.seed = seed
    this.mask = slots - 1
    this.size = entries
  }

  address(ip: string, port?: number): Indicator[] {
    const found: Indicator[] = []
    const length = this.writeAddress(ip)
    if (length === 0 || this.size === 0) return found
    const [single, withPort, prefixes] = length === 4 ? [IPV4, IPV4_PORT, this.meta.prefixes4] : [IPV6, IPV6_PORT, this.meta.prefixes6]
    this.collect(found, single, length)
    if (port !== undefined && port >= 0 && port <= 65_535) {
      this.key[length] = port >> 8
      this.key[length + 1] = port & 255
      this.collect(found, withPort, length + 2)
    }
    if (prefixes.length === 0) return found
    this.key.copyWithin(1, 0, length)
    // Longest first, so that each step only clears more bits.
    for (const bits of prefixes) {
      this.key[0] = bits
      const whole = bits >> 3
      if (whole < length) this.key[whole + 1]! &= 0xff << (8 - (bits & 7))
      this.key.fill(0, whole + 2, length + 1)
      this.collect(found, CIDR, length + 1)
    }
    return found
  }

  domain(text: string): Indicator[] {
    const found: Indicator[] = []
    if (this.size === 0) return found
    const name = comparableName(text)
    let hash = hashStart(this.seed, DOMAIN)
    for (let i = name.length - 1; i >= 0; i -= 1) {
      const sign = name.charCodeAt(i)
      // A name with a sign DNS does not carry lies below nothing beyond it; what stands before may still be below a bad name.
      if (sign > 127) return found.reverse()
      hash = hashByte(hash, sign)
      this.key[MAX_KEY - (name.length - i)] = sign
      if (i > 0 && name.charCodeAt(i - 1) !== DOT) continue
      const record = this.findName(hashEnd(hash), name.length - i)
      if (record >= 0) found.push(this.read(record))
    }
    return found.reverse()
  }

  url(url: string): Indicator[] {
    const found: Indicator[] = []
    const canonical = this.size === 0 ? undefined : canonicalUrl(url)
    if (canonical !== undefined) this.collect(found, URL_TYPE, encoder.encodeInto(canonical, this.key).written)
    return found
  }

  hash(type: HashType, value: string): Indicator[] {
    const found: Indicator[] = []
    const canonical = this.size === 0 ? undefined : canonicalHash(type, value)
    if (canonical === undefined) return found
    this.key.set(hexBytes(canonical))
    this.collect(found, indicatorTypes.indexOf(type), canonical.length / 2)
    return found
  }

  /** The entry of exactly this type and value, for a list that is read again. */
  exact(type: IndicatorType, text: string): Indicator | undefined {
    const value = canonicalValue(type, text)
    if (value === undefined || this.size === 0) return undefined
    const bytes = keyBytes(type, value)
    const from = isName(type) ? MAX_KEY - bytes.length : 0
    this.key.set(bytes, from)
    const typeId = indicatorTypes.indexOf(type)
    const record = this.probe(hashKey(this.seed, typeId, bytes, bytes.length, isName(type)), typeId, bytes.length, from)
    return record < 0 ? undefined : this.read(record)
  }

  /** Bytes of the address in the key: 4, 16, or 0 when it is none. */
  private writeAddress(ip: string): 0 | 4 | 16 {
    if (!ip.includes(':')) return this.writeV4(ip) ? 4 : 0
    if (ip.length > 64 || !ipaddr.IPv6.isValid(ip)) return 0
    const bytes = ipaddr.process(ip).toByteArray()
    this.key.set(bytes)
    return bytes.length as 4 | 16
  }

  private writeV4(ip: string): boolean {
    let [part, digits, at] = [0, 0, 0]
    for (let i = 0; i <= ip.length; i += 1) {
      const sign = i === ip.length ? DOT : ip.charCodeAt(i)
      if (sign === DOT) {
        if (digits === 0 || at > 3) return false
        this.key[at] = part
        at += 1
        part = digits = 0
        continue
      }
      if (sign < 48 || sign > 57 || (digits > 0 && part === 0)) return false
      part = part * 10 + sign - 48
      digits += 1
      if (part > 255) return false
    }
    return at === 4
  }

  private collect(found: Indicator[], type: number, length: number): void {
    const hash = hashKey(this.seed, type, this.key, length, false)
    const record = this.probe(hash, type, length, 0)
    if (record >= 0) found.push(this.read(record))
  }

  private findName(hash: number, length: number): number {
    return this.probe(hash, DOMAIN, length, MAX_KEY - length)
  }

  /** The record whose key is the `length` bytes at `from` of the asked key; -1 when there is none. */
  private probe(hash: number, type: number, length: number, from: number): number {
    const { table, tags, mask } = this
    const tag = tagOf(hash)
    for (let slot = hash & mask, left = mask; left >= 0; slot = (slot + 1) & mask, left -= 1) {
      const there = table[slot]!
      if (there === 0) return -1
      if (tags[slot] === tag && this.isKey(there - 1, type, length, from)) return there - 1
    }
    return -1
  }

  private isKey(record: number, type: number, length: number, from: number): boolean {
    const { records, key } = this
    if (records[record] !== type) return false
    if ((records[record + at.length]! | (records[record + at.length + 1]! << 8)) !== length) return false
    for (let i = 0; i < length; i += 1) if (records[record + RECORD_BYTES + i] !== key[from + i]) return false
    return true
  }

  private read(record: number): Indicator {
    const { view, records } = this
    const type = indicatorTypes[view.getUint8(record + at.type)]!
    const length = view.getUint16(record + at.length, true)
    const tlp = tlpLevels[view.getUint8(record + at.tlp)]
    const time = (name: 'firstSeen' | 'lastSeen' | 'expires' | 'addedAt', offset: number) => {
      const seconds = view.getUint32(record + offset, true)
      return seconds === 0 ? {} : { [name]: instant(seconds * 1000) }
    }
    return {
      type,
      value: keyText(type, records.subarray(record + RECORD_BYTES, record + RECORD_BYTES + length)),
      kind: indicatorKinds[view.getUint8(record + at.kind)]!,
      confidence: view.getUint8(record + at.confidence) / 100,
      ...this.meta.words[view.getUint16(record + at.source, true)]!,
      ...time('firstSeen', at.first),
      ...time('lastSeen', at.last),
      ...time('expires', at.expires),
      ...time('addedAt', at.added),
      ...(tlp === undefined ? {} : { tlp }),
    }
  }
}
