// The value types of Windows' binary XML as text, the way the event viewer writes them (MS-EVEN6 section 2.2.12). Called by bin-xml.ts.

/** Days between 1601-01-01 and 1970-01-01, in milliseconds. */
const FILETIME_EPOCH = 11_644_473_600_000n
export const BINARY_XML = 0x21
const ARRAY = 0x80
/** Elements of one array that are read. */
const MAX_ITEMS = 4_096

/** Undefined for a null value; a list for arrays. Bytes that do not fit the type give their hexadecimal form. */
export function valueText(type: number, bytes: Buffer): string | readonly string[] | undefined {
  if (type === 0) return undefined
  if ((type & ARRAY) !== 0) return arrayTexts(type & ~ARRAY, bytes)
  return scalarText(type, bytes)
}

function scalarText(type: number, bytes: Buffer): string {
  const size = SIZES[type]
  if (size !== undefined && bytes.length < size) return bytes.toString('hex').toUpperCase()
  switch (type) {
    case 0x01:
      return withoutEnd(bytes.toString('utf16le'))
    case 0x02:
      return withoutEnd(bytes.toString('latin1'))
    case 0x03:
      return String(bytes.readInt8(0))
    case 0x04:
      return String(bytes.readUInt8(0))
    case 0x05:
      return String(bytes.readInt16LE(0))
    case 0x06:
      return String(bytes.readUInt16LE(0))
    case 0x07:
      return String(bytes.readInt32LE(0))
    case 0x08:
      return String(bytes.readUInt32LE(0))
    case 0x09:
      return String(bytes.readBigInt64LE(0))
    case 0x0a:
      return String(bytes.readBigUInt64LE(0))
    case 0x0b:
      return String(bytes.readFloatLE(0))
    case 0x0c:
      return String(bytes.readDoubleLE(0))
    case 0x0d:
      return bytes.readInt32LE(0) === 0 ? 'false' : 'true'
    case 0x0f:
      return guidText(bytes)
    case 0x10:
      return hexText(bytes)
    case 0x11:
      return filetimeText(bytes.readBigUInt64LE(0))
    case 0x12:
      return systemTimeText(bytes)
    case 0x13:
      return sidText(bytes)
    case 0x14:
      return `0x${bytes.readUInt32LE(0).toString(16)}`
    case 0x15:
      return `0x${bytes.readBigUInt64LE(0).toString(16)}`
    default:
      return bytes.toString('hex').toUpperCase()
  }
}

const SIZES: Readonly<Record<number, number>> = {
  0x03: 1,
  0x04: 1,
  0x05: 2,
  0x06: 2,
  0x07: 4,
  0x08: 4,
  0x09: 8,
  0x0a: 8,
  0x0b: 4,
  0x0c: 8,
  0x0d: 4,
  0x0f: 16,
  0x11: 8,
  0x12: 16,
  0x14: 4,
  0x15: 8,
}

function arrayTexts(type: number, bytes: Buffer): readonly string[] {
  if (type === 0x01) {
    const texts = bytes.toString('utf16le').split('\0')
    if (texts.at(-1) === '') texts.pop()
    return texts.slice(0, MAX_ITEMS)
  }
  const size = SIZES[type]
  if (size === undefined) return [scalarText(type, bytes)]
  const out: string[] = []
  for (let at = 0; at + size <= bytes.length && out.length < MAX_ITEMS; at += size)
    out.push(scalarText(type, bytes.subarray(at, at + size)))
  return out
}

function withoutEnd(text: string): string {
  return text.endsWith('\0') ? text.replace(/\0+$/, '') : text
}

export function guidText(bytes: Buffer): string {
  const hex = (from: number, to: number): string => bytes.subarray(from, to).toString('hex')
  const part = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')
  const text = `${part(bytes.readUInt32LE(0), 8)}-${part(bytes.readUInt16LE(4), 4)}-${part(bytes.readUInt16LE(6), 4)}-${hex(8, 10)}-${hex(10, 16)}`
  return `{${text.toUpperCase()}}`
}

function hexText(bytes: Buffer): string {
  if (bytes.length === 4) return `0x${bytes.readUInt32LE(0).toString(16)}`
  return bytes.length === 8 ? `0x${bytes.readBigUInt64LE(0).toString(16)}` : bytes.toString('hex').toUpperCase()
}

/** 100 ns since 1601, with seven decimals as Windows writes it. */
export function filetimeText(value: bigint): string {
  const date = new Date(Number(value / 10_000n - FILETIME_EPOCH))
  if (Number.isNaN(date.getTime())) return String(value)
  const fraction = (value % 10_000_000n).toString().padStart(7, '0')
  return `${date.toISOString().slice(0, 19)}.${fraction}Z`
}

function systemTimeText(bytes: Buffer): string {
  const [year, month, , day, hour, minute, second, millisecond] = Array.from({ length: 8 }, (_, index) => bytes.readUInt16LE(index * 2))
  const two = (value: number | undefined): string => String(value ?? 0).padStart(2, '0')
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}.${String(millisecond).padStart(3, '0')}Z`
}

/** `S-1-5-18`: revision, authority (48 bits, big-endian), sub-authorities (32 bits, little-endian). */
function sidText(bytes: Buffer): string {
  const count = bytes.length < 8 ? 0 : bytes.readUInt8(1)
  if (bytes.length < 8 || bytes.length < 8 + count * 4) return bytes.toString('hex').toUpperCase()
  const parts = Array.from({ length: count }, (_, index) => bytes.readUInt32LE(8 + index * 4))
  return ['S', bytes.readUInt8(0), bytes.readUIntBE(2, 6), ...parts].join('-')
}
