// Cuts bytes into lines with a bound on their length; the last line waits for its end. Used by the file source.

import { messageText } from '../../shared/message-text.js'

/** As everywhere: what is longer is cut here (bytes). */
export const MAX_LINE_BYTES = 65_536
const LINE_END = 0x0a

export interface CutLine {
  readonly text: string
  /** Bytes of the file up to and with the line's end, from where the cutter began. */
  readonly end: number
}

export class LineCutter {
  private rest = Buffer.alloc(0)
  /** Bytes handed out as lines. */
  private taken = 0
  /** Bytes of a line that was already handed out, cut, and whose end has not come. */
  private skipping = 0
  /** Lines that were cut. */
  oversize = 0

  /** @param inLongLine the bytes begin inside a line that was cut before */
  constructor(inLongLine = false) {
    if (inLongLine) this.skipping = 1
  }

  get inLongLine(): boolean {
    return this.skipping > 0
  }

  /** Empty lines are left out, but their bytes count. */
  feed(bytes: Buffer): CutLine[] {
    const all = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes])
    const lines: CutLine[] = []
    let from = 0
    for (;;) {
      const end = all.indexOf(LINE_END, from)
      if (end === -1) break
      this.add(lines, all.subarray(from, end), end + 1 - from)
      from = end + 1
    }
    this.rest = Buffer.from(all.subarray(from))
    if (this.rest.length > MAX_LINE_BYTES) this.cutLong(lines)
    return lines
  }

  /** What stands there without a line end, for files to which nothing will be added. */
  finish(): CutLine[] {
    const lines: CutLine[] = []
    if (this.rest.length > 0) this.add(lines, this.rest, this.rest.length)
    this.rest = Buffer.alloc(0)
    return lines
  }

  /** Bytes up to which everything was handed out or left out. */
  get done(): number {
    return this.taken
  }

  private add(lines: CutLine[], bytes: Buffer, size: number): void {
    this.taken += size
    if (this.skipping > 0) {
      this.skipping = 0
      return
    }
    this.push(lines, bytes)
  }

  /** The first 64 KiB now, the rest of the line not at all: a file without line ends must not fill the memory. */
  private cutLong(lines: CutLine[]): void {
    this.taken += this.rest.length
    if (this.skipping === 0) {
      this.oversize += 1
      this.push(lines, this.rest.subarray(0, MAX_LINE_BYTES))
    }
    this.skipping += this.rest.length
    this.rest = Buffer.alloc(0)
  }

  private push(lines: CutLine[], bytes: Buffer): void {
    const withoutReturn = bytes.at(-1) === 0x0d ? bytes.subarray(0, -1) : bytes
    if (withoutReturn.length === 0) return
    const cut = withoutReturn.length > MAX_LINE_BYTES
    if (cut) this.oversize += 1
    lines.push({ text: messageText(cut ? withoutReturn.subarray(0, MAX_LINE_BYTES) : withoutReturn).text, end: this.taken })
  }
}
