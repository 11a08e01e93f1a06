// Cuts one TCP stream into syslog messages (RFC 6587); pure, one per connection, used by the syslog listener.
import { MAX_MESSAGE_BYTES } from '../../shared/message-text.js'

/** A counted message up to this length is read over to stay in step; a larger count is no syslog. */
const MAX_COUNT = 1_048_576
const MAX_COUNT_DIGITS = 7
const NEWLINE = 0x0a
const NUL = 0x00
const BLANK = 0x20

export interface Frame {
  readonly bytes: Buffer
  /** The message was longer than 64 KiB. */
  readonly oversize: boolean
}

/** The stream does not follow the framing it began with; the connection is of no more use. */
export class FramingError extends Error {}

type Mode = 'unknown' | 'counted' | 'delimited'

/**
 * Feed chunks, take frames with `next` until it gives undefined. Holds at most one chunk and one unfinished message of 64 KiB.
 * The first byte decides the framing: a digit that turns out to begin `<digits> <` means octet counting, everything else lines (LF or NUL).
 */
export class FrameReader {
  private mode: Mode = 'unknown'
  private input: Buffer = Buffer.alloc(0)
  /** What is kept of the unfinished message, and how long it is in truth. */
  private parts: Buffer[] = []
  private kept = 0
  private length = 0
  /** Octets of a counted message still to come. */
  private remaining = 0

  /** Bytes not taken yet. */
  get buffered(): number {
    return this.input.length + this.kept
  }

  feed(chunk: Buffer): void {
    this.input = this.input.length === 0 ? chunk : Buffer.concat([this.input, chunk])
  }

  /** @throws FramingError */
  next(): Frame | undefined {
    if (this.mode === 'unknown') this.decide(false)
    if (this.mode === 'counted') return this.nextCounted()
    return this.mode === 'delimited' ? this.nextDelimited() : undefined
  }

  /** At the orderly end of the stream: a last line without its end is a message, an unfinished counted one is not (`torn`). */
  end(): { frame?: Frame; torn: boolean } {
    if (this.mode === 'unknown') this.decide(true)
    if (this.mode === 'counted') return { torn: this.remaining > 0 || trimLineEnd(this.input).length > 0 }
    this.keep(this.input)
    this.input = Buffer.alloc(0)
    const frame = this.finish()
    return frame === undefined ? { torn: false } : { frame, torn: false }
  }

  private decide(ended: boolean): void {
    const first = this.input[0]
    if (first === undefined) return
    if (first < 0x31 || first > 0x39) {
      this.mode = 'delimited'
      return
    }
    const digits = this.digits()
    const [after, start] = [this.input[digits], this.input[digits + 1]]
    // A line may begin with a digit too (a date, an address): only "<digits> <" is a count, or one so long that nothing else makes sense.
    if (after === BLANK && (start === 0x3c || digits > MAX_COUNT_DIGITS)) this.mode = 'counted'
    else if (ended || (after !== undefined && after !== BLANK) || start !== undefined || digits > 20) this.mode = 'delimited'
  }

  private digits(): number {
    let count = 0
    while (count <= 20 && (this.input[count] ?? 0) >= 0x30 && (this.input[count] ?? 0) <= 0x39) count += 1
    return count
  }

  private nextCounted(): Frame | undefined {
    for (;;) {
      if (this.remaining === 0 && !this.readCount()) return undefined
      const part = this.input.subarray(0, this.remaining)
      this.keep(part)
      this.input = this.input.subarray(part.length)
      this.remaining -= part.length
      if (this.remaining > 0) return undefined
      const frame = this.finish()
      if (frame !== undefined) return frame
    }
  }

  private readCount(): boolean {
    // Some senders put a line end behind each counted message.
    let from = 0
    while (this.input[from] === NEWLINE || this.input[from] === 0x0d) from += 1
    if (from > 0) this.input = this.input.subarray(from)
    if (this.input.length === 0) return false
    const digits = this.digits()
    if (digits > MAX_COUNT_DIGITS) throw new FramingError('count too long')
    if (digits === this.input.length) return false
    const count = Number(this.input.toString('latin1', 0, digits))
    if (digits === 0 || this.input[digits] !== BLANK || count < 1 || count > MAX_COUNT) throw new FramingError('not a count')
    this.input = this.input.subarray(digits + 1)
    this.remaining = count
    return true
  }

  private nextDelimited(): Frame | undefined {
    while (this.input.length > 0) {
      const end = this.delimiter()
      if (end === -1) {
        this.keep(this.input)
        this.input = Buffer.alloc(0)
        return undefined
      }
      this.keep(this.input.subarray(0, end))
      this.input = this.input.subarray(end + 1)
      const frame = this.finish()
      if (frame !== undefined) return frame
    }
    return undefined
  }

  /** The nearest LF or NUL; the search for NUL ends at the LF, so a chunk is looked at twice at most. */
  private delimiter(): number {
    const newline = this.input.indexOf(NEWLINE)
    const nul = (newline === -1 ? this.input : this.input.subarray(0, newline)).indexOf(NUL)
    return nul === -1 ? newline : nul
  }

  private keep(bytes: Buffer): void {
    this.length += bytes.length
    const part = bytes.subarray(0, MAX_MESSAGE_BYTES - this.kept)
    if (part.length === 0) return
    // A copy of small parts, so that a byte of a torn line does not hold its whole chunk.
    this.parts.push(Buffer.from(part))
    this.kept += part.length
    if (this.parts.length > 64) this.parts = [Buffer.concat(this.parts)]
  }

  /** The message without line ends around it; undefined when nothing is left. */
  private finish(): Frame | undefined {
    const bytes = this.parts.length === 1 && this.parts[0] !== undefined ? this.parts[0] : Buffer.concat(this.parts)
    const oversize = this.length > MAX_MESSAGE_BYTES
    this.parts = []
    this.kept = 0
    this.length = 0
    const trimmed = trimLineEnd(bytes)
    return trimmed.length === 0 ? undefined : { bytes: trimmed, oversize }
  }
}

/** Without CR, LF and NUL at its end. */
export function trimLineEnd(bytes: Buffer): Buffer {
  let end = bytes.length
  while (end > 0 && (bytes[end - 1] === NEWLINE || bytes[end - 1] === 0x0d || bytes[end - 1] === NUL)) end -= 1
  return end === bytes.length ? bytes : bytes.subarray(0, end)
}
