// The form of a compact index of indicators: one block of bytes that is written, kept in a file and looked up without being taken apart.
// Shared by index-builder.ts and indicator-index.ts.
//
//   header    16 × u32, little endian as all numbers: magic, version, seed, entries, slots, offset and length of records, of meta
//   table     u32 per slot: 1 + offset of the record among the records, 0 when empty; open addressing, linear probing
//   tags      u16 per slot: high bits of the hash, so that a miss hardly ever touches a record
//   records   24 bytes of facts, then the key's bytes
//   meta      JSON: the strings records refer to, the prefix lengths in use, the list's own facts
import type { IndicatorType } from './indicator.js'

export const MAGIC = 0x58494a47
export const VERSION = 1
export const HEADER_BYTES = 64
export const RECORD_BYTES = 24

/** Offsets of a record's facts. */
export const at = { type: 0, kind: 1, confidence: 2, tlp: 3, first: 4, last: 8, expires: 12, added: 16, source: 20, length: 22 } as const
/** `source` refers to a combination of source, family and note. */
export interface Words {
  readonly source: string
  readonly family?: string
  readonly note?: string
}
export const MAX_WORDS = 65_535

export interface IndexMeta {
  readonly words: readonly Words[]
  /** Prefix lengths of the networks, longest first. */
  readonly prefixes4: readonly number[]
  readonly prefixes6: readonly number[]
}

/** Seeded, so that a hostile list cannot be made to fill one chain. */
export function hashStart(seed: number, type: number): number {
  return (seed ^ Math.imul(type + 1, 0x9e3779b1)) | 0
}

export function hashByte(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193)
}

export function hashEnd(hash: number): number {
  let h = hash ^ (hash >>> 16)
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

export function tagOf(hash: number): number {
  return hash >>> 16
}

/** Names are hashed from the end, so that one pass over a name meets every name it lies below. */
export function hashKey(seed: number, type: number, key: Uint8Array, length: number, isName: boolean): number {
  let hash = hashStart(seed, type)
  if (isName) for (let i = length - 1; i >= 0; i -= 1) hash = hashByte(hash, key[i]!)
  else for (let i = 0; i < length; i += 1) hash = hashByte(hash, key[i]!)
  return hashEnd(hash)
}

export function isName(type: IndicatorType): boolean {
  return type === 'domain'
}
