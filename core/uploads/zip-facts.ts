// What the directory of a zip file says about its content, without unpacking anything (APPNOTE 6.3.10, sections 4.3.12 and 4.3.16). Pure; for recognise-file.ts.

export interface ZipFacts {
  readonly entries: number
  /** Bytes, by the directory's own word. */
  readonly packed: number
  readonly unpacked: number
  readonly encrypted: boolean
  /** Of the first 5,000 entries. */
  readonly names: readonly string[]
}

const END = 0x06054b50
const ENTRY = 0x02014b50
const LONGEST_COMMENT = 65_535
const MOST = 5000

/** Undefined for what is no whole zip file, or one of the 64-bit kind, which nobody needs for 20 MB. */
export function readZip(bytes: Buffer): ZipFacts | undefined {
  const end = endOf(bytes)
  if (end === undefined) return undefined
  const entries = bytes.readUInt16LE(end + 10)
  let at = bytes.readUInt32LE(end + 16)
  const facts = { packed: 0, unpacked: 0, encrypted: false }
  const names: string[] = []
  for (let n = 0; n < Math.min(entries, MOST); n++) {
    if (at + 46 > end || bytes.readUInt32LE(at) !== ENTRY) return undefined
    facts.encrypted ||= (bytes.readUInt16LE(at + 8) & 1) === 1
    facts.packed += bytes.readUInt32LE(at + 20)
    facts.unpacked += bytes.readUInt32LE(at + 24)
    const length = bytes.readUInt16LE(at + 28)
    names.push(bytes.subarray(at + 46, at + 46 + length).toString('utf8'))
    at += 46 + length + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  }
  return { entries, names, ...facts }
}

function endOf(bytes: Buffer): number | undefined {
  for (let at = bytes.length - 22; at >= Math.max(0, bytes.length - 22 - LONGEST_COMMENT); at--)
    if (bytes.readUInt32LE(at) === END) return at
  return undefined
}
