// The container of binary Windows event logs (.evtx): header, chunks of 64 KiB, records; damage is counted and read over. Called by read-evtx.ts.
import { crc32 } from 'node:zlib'
import { DamagedRecord, readBinXml } from './bin-xml.js'
import { xmlText } from './xml-node.js'

export const CHUNK_BYTES = 65_536
export const EVTX_HEADER_BYTES = 4_096
const FILE_MARK = Buffer.from('ElfFile\0', 'latin1')
const CHUNK_MARK = Buffer.from('ElfChnk\0', 'latin1')
const RECORD_MARK = 0x00002a2a
const FIRST_RECORD = 512
const RECORD_HEAD = 24

export interface EvtxRecord {
  /** As the record says, unique within a file unless the log was cleared. */
  readonly id: bigint
  /** `<Event …>` on one line, as `wevtutil` would render it. */
  readonly xml: string
}

export interface EvtxCounts {
  chunks: number
  records: number
  /** Chunks without their mark, or whose records cannot be found. */
  damagedChunks: number
  /** Records that could not be read; the rest of their chunk was. */
  damagedRecords: number
  /** Chunks whose checksum is wrong; they are read all the same: a log copied while it is written has one. */
  badChecksums: number
}

export function isEvtx(head: Buffer): boolean {
  return head.length >= FILE_MARK.length && head.subarray(0, FILE_MARK.length).equals(FILE_MARK)
}

export function evtxCounts(): EvtxCounts {
  return { chunks: 0, records: 0, damagedChunks: 0, damagedRecords: 0, badChecksums: 0 }
}

/** Number of the chunk's last record as its header has it; undefined for what is no chunk. */
export function lastRecordId(chunk: Buffer): bigint | undefined {
  return chunk.length >= FIRST_RECORD && chunk.subarray(0, CHUNK_MARK.length).equals(CHUNK_MARK) ? chunk.readBigUInt64LE(32) : undefined
}

/** Every record of one chunk in order. Never throws; needs the whole 64 KiB, a shorter rest is read as far as it goes. */
export function* evtxRecords(chunk: Buffer, counts: EvtxCounts): Generator<EvtxRecord> {
  if (chunk.every(byte => byte === 0)) return
  counts.chunks += 1
  if (chunk.length < FIRST_RECORD || !chunk.subarray(0, CHUNK_MARK.length).equals(CHUNK_MARK)) {
    counts.damagedChunks += 1
    return
  }
  const free = chunk.readUInt32LE(48)
  if (free >= FIRST_RECORD && free <= chunk.length && crc32(chunk.subarray(FIRST_RECORD, free)) !== chunk.readUInt32LE(52))
    counts.badChecksums += 1
  // What lies behind the free mark is left over from an earlier use of the chunk, unless the mark itself is damaged.
  const end = free > FIRST_RECORD && free <= chunk.length ? free : chunk.length
  let at = FIRST_RECORD
  let found = 0
  while (at + RECORD_HEAD < end) {
    if (chunk.readUInt32LE(at) !== RECORD_MARK) {
      const next = nextRecord(chunk, at + 1, end)
      if (next === undefined) break
      if (found > 0 || at > FIRST_RECORD) counts.damagedRecords += 1
      at = next
      continue
    }
    const size = chunk.readUInt32LE(at + 4)
    // The size is written again at the end of a record; without it the mark may be text of another record.
    if (size < RECORD_HEAD + 4 || at + size > chunk.length || chunk.readUInt32LE(at + size - 4) !== size) {
      counts.damagedRecords += 1
      at += 4
      continue
    }
    found += 1
    const record = readRecord(chunk, at, size)
    if (record === undefined) counts.damagedRecords += 1
    else {
      counts.records += 1
      yield record
    }
    at += size
  }
  if (found === 0) counts.damagedChunks += 1
}

function nextRecord(chunk: Buffer, from: number, end: number): number | undefined {
  const at = chunk.indexOf(MARK_BYTES, from)
  return at === -1 || at + RECORD_HEAD >= end ? undefined : at
}

const MARK_BYTES = Buffer.from([0x2a, 0x2a, 0, 0])

function readRecord(chunk: Buffer, at: number, size: number): EvtxRecord | undefined {
  try {
    return { id: chunk.readBigUInt64LE(at + 8), xml: xmlText(readBinXml(chunk, at + RECORD_HEAD, at + size - 4)) }
  } catch (error) {
    if (error instanceof DamagedRecord) return undefined
    throw error
  }
}
