// Reads the binary XML of one event record: tokens, templates, substitutions (MS-EVEN6 section 2.2.12). Called by index.ts.
import { BINARY_XML, valueText } from './bin-xml-values.js'
import { xmlNode, type XmlNode } from './xml-node.js'

/** Elements inside elements, and templates inside templates. */
const MAX_DEPTH = 40
/** Tokens read for one record, templates counted each time they are used: a record that refers to itself ends here. */
const MAX_TOKENS = 50_000
const MAX_SUBSTITUTIONS = 2_048
const MAX_TEXT = 1 << 20
const XML_NAME = /^[\p{L}_:][\p{L}\p{N}._:-]{0,255}$/u

export class DamagedRecord extends Error {}

interface Substitution {
  readonly type: number
  readonly start: number
  readonly size: number
}

interface Work {
  tokens: number
  text: number
  /** Lists that stand for the content of an element or an attribute. */
  readonly lists: Map<XmlNode, readonly string[]>
}

/**
 * The root element of the record whose binary XML begins at `start` of the chunk.
 * @param chunk 64 KiB; names and templates are shared by the records of a chunk and addressed from its start
 * @throws DamagedRecord when a token, an address or a length cannot be right
 */
export function readBinXml(chunk: Buffer, start: number, end: number): XmlNode {
  const root = xmlNode('')
  new Reader(chunk, start, Math.min(end, chunk.length), [], { tokens: 0, text: 0, lists: new Map() }, 0).readInto(root)
  const [element] = root.children
  if (element === undefined) throw new DamagedRecord('no element')
  return element
}

class Reader {
  constructor(
    private readonly chunk: Buffer,
    private at: number,
    private readonly end: number,
    private readonly values: readonly Substitution[],
    private readonly work: Work,
    private readonly depth: number,
  ) {
    if (depth > MAX_DEPTH) throw new DamagedRecord('too deep')
  }

  /** Content up to the end of this piece or of the enclosing element. */
  readInto(parent: XmlNode): void {
    while (this.at < this.end) {
      if ((this.work.tokens += 1) > MAX_TOKENS) throw new DamagedRecord('too many tokens')
      const token = this.u8()
      switch (token & 0x3f) {
        case 0x00: // end of fragment
        case 0x04: // end of element
          return
        case 0x01:
          this.element(parent, (token & 0x40) !== 0)
          break
        case 0x05:
          this.addText(parent, this.literal())
          break
        case 0x07: // CDATA
          this.addText(parent, this.counted())
          break
        case 0x08:
          this.addText(parent, String.fromCharCode(this.u16()))
          break
        case 0x09:
          this.addText(parent, entity(this.name()))
          break
        case 0x0a: // processing instructions say nothing about the event
          this.name()
          break
        case 0x0b:
          this.counted()
          break
        case 0x0c:
          this.template(parent)
          break
        case 0x0d:
        case 0x0e:
          this.substitute(parent)
          break
        case 0x0f:
          this.skip(3)
          break
        default:
          throw new DamagedRecord(`token ${token}`)
      }
    }
  }

  private element(parent: XmlNode, hasAttributes: boolean): void {
    this.skip(6)
    const node = xmlNode(this.name())
    if (hasAttributes) this.attributes(node)
    const close = this.u8()
    parent.children.push(node)
    if (close === 0x03) return
    if (close !== 0x02) throw new DamagedRecord(`token ${close} in a start tag`)
    const inner = new Reader(this.chunk, this.at, this.end, this.values, this.work, this.depth + 1)
    inner.readInto(node)
    this.at = inner.at
    this.spread(parent, node)
  }

  /** An element that held nothing but a list stands for one element per item. */
  private spread(parent: XmlNode, node: XmlNode): void {
    const items = this.work.lists.get(node)
    if (items === undefined || node.children.length > 0) return
    parent.children.pop()
    for (const item of items) parent.children.push({ name: node.name, attributes: node.attributes, children: [], text: item })
  }

  private attributes(node: XmlNode): void {
    const size = this.u32()
    const end = this.at + size
    if (end > this.end) throw new DamagedRecord('attributes out of bounds')
    while (this.at < end) {
      if ((this.work.tokens += 1) > MAX_TOKENS) throw new DamagedRecord('too many tokens')
      const token = this.u8()
      if ((token & 0x3f) !== 0x06) throw new DamagedRecord(`token ${token} among attributes`)
      const name = this.name()
      const value = this.attributeValue(end)
      if (value !== undefined) node.attributes[name] = value
    }
  }

  /** Undefined when it is an optional substitution without a value: then the attribute is not there. */
  private attributeValue(end: number): string | undefined {
    const holder = xmlNode('')
    let hasValue = false
    while (this.at < end && (this.chunk[this.at] ?? 0) !== 0x06 && (this.chunk[this.at] ?? 0) !== 0x46) {
      const token = this.u8() & 0x3f
      if (token === 0x05) this.addText(holder, this.literal())
      else if (token === 0x08) this.addText(holder, String.fromCharCode(this.u16()))
      else if (token === 0x09) this.addText(holder, entity(this.name()))
      else if (token === 0x0d || token === 0x0e) {
        if (!this.substitute(holder)) continue
      } else throw new DamagedRecord(`token ${token} in an attribute`)
      hasValue = true
    }
    return hasValue ? (this.work.lists.get(holder)?.join(',') ?? holder.text) : undefined
  }

  /** False when the value is null. */
  private substitute(parent: XmlNode): boolean {
    const index = this.u16()
    this.skip(1)
    const value = this.values[index]
    if (value === undefined || value.type === 0 || (value.size === 0 && value.type !== 0x01)) return false
    if (value.type === BINARY_XML) {
      new Reader(this.chunk, value.start, value.start + value.size, [], this.work, this.depth + 1).readInto(parent)
      return true
    }
    const text = valueText(value.type, this.chunk.subarray(value.start, value.start + value.size))
    if (text === undefined) return false
    if (typeof text === 'string') this.addText(parent, text)
    else this.work.lists.set(parent, text)
    return true
  }

  private template(parent: XmlNode): void {
    this.skip(5)
    const address = this.u32()
    let definition = address
    // A template is written out where it is first used.
    if (address === this.at) this.at = this.templateEnd(address)
    else if (address + 24 > this.chunk.length) throw new DamagedRecord('template out of bounds')
    definition += 24
    const size = this.chunk.readUInt32LE(definition - 4)
    const values = this.substitutions()
    if (definition + size > this.chunk.length) throw new DamagedRecord('template out of bounds')
    new Reader(this.chunk, definition, definition + size, values, this.work, this.depth + 1).readInto(parent)
  }

  /** Next address, GUID and size stand before the template's own content. */
  private templateEnd(address: number): number {
    if (address + 24 > this.end) throw new DamagedRecord('template out of bounds')
    return address + 24 + this.chunk.readUInt32LE(address + 20)
  }

  private substitutions(): Substitution[] {
    const count = this.u32()
    if (count > MAX_SUBSTITUTIONS) throw new DamagedRecord('too many values')
    const heads = Array.from({ length: count }, () => {
      const head = { size: this.u16(), type: this.u8() }
      this.skip(1)
      return head
    })
    return heads.map(({ size, type }) => {
      const start = this.at
      this.skip(size)
      return { type, start, size }
    })
  }

  private literal(): string {
    const type = this.u8()
    if (type !== 0x01) throw new DamagedRecord(`literal of type ${type}`)
    return this.counted()
  }

  private counted(): string {
    const start = this.at + 2
    const length = this.u16() * 2
    this.skip(length)
    return this.chunk.toString('utf16le', start, start + length)
  }

  /** Names are written once per chunk: next address, hash, length, characters, a null. */
  private name(): string {
    const address = this.u32()
    if (address + 8 > this.chunk.length) throw new DamagedRecord('name out of bounds')
    const length = this.chunk.readUInt16LE(address + 6) * 2
    const end = address + 8 + length
    if (end + 2 > this.chunk.length) throw new DamagedRecord('name out of bounds')
    if (address === this.at) this.at = end + 2
    const name = this.chunk.toString('utf16le', address + 8, end)
    if (!XML_NAME.test(name)) throw new DamagedRecord('a name that is none')
    return name
  }

  private addText(parent: XmlNode, text: string): void {
    if ((this.work.text += text.length) > MAX_TEXT) throw new DamagedRecord('too much text')
    parent.text += text
  }

  private u8(): number {
    this.need(1)
    return this.chunk.readUInt8(this.at++)
  }

  private u16(): number {
    this.need(2)
    this.at += 2
    return this.chunk.readUInt16LE(this.at - 2)
  }

  private u32(): number {
    this.need(4)
    this.at += 4
    return this.chunk.readUInt32LE(this.at - 4)
  }

  private skip(bytes: number): void {
    this.need(bytes)
    this.at += bytes
  }

  private need(bytes: number): void {
    if (this.at + bytes > this.end) throw new DamagedRecord('ends too early')
  }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function entity(name: string): string {
  return ENTITIES[name] ?? `&${name};`
}
