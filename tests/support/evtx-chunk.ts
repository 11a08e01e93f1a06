// Writes chunks of a binary Windows event log, as the format is documented; the tests of the reader use it instead of recorded logs.
import { crc32 } from 'node:zlib'

export interface EvtxEvent {
  readonly id: number
  readonly channel: string
  readonly computer: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** Value of the data `CommandLine`; null leaves the value out. */
  readonly commandLine: string | null
  /** Items of one list without a name. */
  readonly items: readonly string[]
}

const CHUNK = 65_536

class Writer {
  readonly bytes = Buffer.alloc(CHUNK)
  at = 512
  private readonly names = new Map<string, number>()
  u8(...values: number[]): this {
    for (const value of values) this.at = this.bytes.writeUInt8(value, this.at)
    return this
  }
  u16(value: number): this {
    this.at = this.bytes.writeUInt16LE(value, this.at)
    return this
  }
  u32(value: number): this {
    this.at = this.bytes.writeUInt32LE(value, this.at)
    return this
  }
  u64(value: bigint): this {
    this.at = this.bytes.writeBigUInt64LE(value, this.at)
    return this
  }
  raw(bytes: Buffer): this {
    this.at += bytes.copy(this.bytes, this.at)
    return this
  }
  /** Written out where it is first used. */
  name(text: string): this {
    const known = this.names.get(text)
    if (known !== undefined) return this.u32(known)
    this.names.set(text, this.at + 4)
    this.u32(this.at + 4)
      .u32(0)
      .u16(0)
      .u16(text.length)
    return this.raw(Buffer.from(`${text}\0`, 'utf16le'))
  }
  /** A length that is known when `body` is written. */
  sized(body: () => void): this {
    const place = this.at
    this.u32(0)
    body()
    this.bytes.writeUInt32LE(this.at - place - 4, place)
    return this
  }
  open(name: string, attributes: readonly (readonly [string, number, number])[], body: (() => void) | null): this {
    this.u8(attributes.length > 0 ? 0x41 : 0x01)
      .u16(0xffff)
      .u32(0)
      .name(name)
    if (attributes.length > 0)
      this.sized(() => {
        attributes.forEach(([key, index, type], place) =>
          this.u8(place + 1 < attributes.length ? 0x46 : 0x06)
            .name(key)
            .u8(0x0e)
            .u16(index)
            .u8(type),
        )
      })
    if (body === null) return this.u8(0x03)
    this.u8(0x02)
    body()
    return this.u8(0x04)
  }
  text(text: string): this {
    return this.u8(0x05, 0x01).u16(text.length).raw(Buffer.from(text, 'utf16le'))
  }
  value(index: number, type: number): this {
    return this.u8(0x0e).u16(index).u8(type)
  }
}

/** A chunk of such events; the first one carries the template the others refer to. */
export function evtxChunk(events: readonly EvtxEvent[]): Buffer {
  const w = new Writer()
  let template: number | undefined
  events.forEach((event, index) => {
    const start = w.at
    w.u32(0x00002a2a)
      .u32(0)
      .u64(BigInt(index + 1))
      .u64(0n)
    w.u8(0x0f, 1, 1, 0).u8(0x0c, 1).u32(7)
    if (template === undefined) {
      template = w.at + 4
      w.u32(template).u32(0).raw(Buffer.alloc(16, 7))
      w.sized(() => writeTemplate(w))
    } else w.u32(template)
    const values: [type: number, bytes: Buffer][] = [
      [0x06, u16(event.id)],
      [0x01, Buffer.from(event.channel, 'utf16le')],
      [0x01, Buffer.from(event.computer, 'utf16le')],
      [0x11, filetime(event.at)],
      event.commandLine === null ? [0x00, Buffer.alloc(0)] : [0x01, Buffer.from(event.commandLine, 'utf16le')],
      [0x81, Buffer.from(event.items.map(item => `${item}\0`).join(''), 'utf16le')],
      [0x13, Buffer.from('010100000000000512000000', 'hex')],
    ]
    w.u32(values.length)
    for (const [type, bytes] of values) w.u16(bytes.length).u8(type, 0)
    for (const [, bytes] of values) w.raw(bytes)
    w.u8(0x00)
    const size = w.at + 4 - start
    w.u32(size)
    w.bytes.writeUInt32LE(size, start + 4)
  })
  w.bytes.write('ElfChnk\0', 0, 'latin1')
  w.bytes.writeBigUInt64LE(BigInt(events.length), 32)
  w.bytes.writeUInt32LE(128, 40)
  w.bytes.writeUInt32LE(w.at, 48)
  w.bytes.writeUInt32LE(crc32(w.bytes.subarray(512, w.at)), 52)
  return w.bytes
}

/** A whole file of such chunks. */
export function evtxFile(chunks: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(4096)
  head.write('ElfFile\0', 0, 'latin1')
  head.writeUInt16LE(chunks.length, 42)
  return Buffer.concat([head, ...chunks])
}

function writeTemplate(w: Writer): void {
  w.u8(0x0f, 1, 1, 0)
    .open('Event', [], () => {
      w.open('System', [], () => {
        w.open('Provider', [['Name', 1, 0x01]], null)
        w.open('EventID', [], () => w.value(0, 0x06))
        w.open('Channel', [], () => w.value(1, 0x01))
        w.open('Computer', [], () => w.value(2, 0x01))
        w.open('TimeCreated', [['SystemTime', 3, 0x11]], null)
        w.open('Security', [['UserID', 6, 0x13]], null)
      })
      w.open('EventData', [], () => {
        w.open('Data', [['Name', 5000, 0x01]], () => w.text('without a name'))
        w.open('CommandLine', [], () => w.value(4, 0x01))
        w.open('Item', [], () => w.value(5, 0x81))
      })
    })
    .u8(0x00)
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}

function filetime(at: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE((BigInt(at) + 11_644_473_600_000n) * 10_000n)
  return bytes
}
