// Bytes of log messages to text; used by the syslog listener, the file source, the HTTP intake and the command line. Devices made for China often send GB 18030 instead of UTF-8.
import { isUtf8 } from 'node:buffer'

/** Longest message kept; more is cut off and counted. */
export const MAX_MESSAGE_BYTES = 65_536

const chinese = new TextDecoder('gb18030', { fatal: true })

/** One message to text of at most 64 KiB. `cut` tells that text was lost because its UTF-8 form is longer than 64 KiB. */
export function messageText(bytes: Buffer): { text: string; cut: boolean } {
  if (isUtf8(bytes)) return { text: bytes.toString('utf8'), cut: false }
  // A message cut at 64 KiB may end in the middle of a character.
  const whole = bytes.length === MAX_MESSAGE_BYTES ? withoutTornCharacter(bytes) : bytes
  if (isUtf8(whole)) return { text: whole.toString('utf8'), cut: false }
  const text = decodeOther(whole)
  if (text.length <= MAX_MESSAGE_BYTES / 3) return { text, cut: false }
  const encoded = Buffer.from(text)
  if (encoded.length <= MAX_MESSAGE_BYTES) return { text, cut: false }
  return { text: withoutTornCharacter(encoded.subarray(0, MAX_MESSAGE_BYTES)).toString('utf8'), cut: true }
}

/** Many lines, each read for itself: a collector may send what different devices wrote. */
export function linesText(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8')
  const lines: string[] = []
  for (let from = 0; from <= bytes.length;) {
    const end = bytes.indexOf(0x0a, from)
    const line = bytes.subarray(from, end === -1 ? bytes.length : end)
    lines.push(isUtf8(line) ? line.toString('utf8') : decodeOther(line))
    from = end === -1 ? bytes.length + 1 : end + 1
  }
  return lines.join('\n')
}

function decodeOther(bytes: Buffer): string {
  try {
    return chinese.decode(bytes)
  } catch {
    return bytes.toString('utf8')
  }
}

/** Takes an unfinished UTF-8 sequence off the end. */
function withoutTornCharacter(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(4, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0
    if ((byte & 0xc0) === 0x80) continue
    const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return size > back ? bytes.subarray(0, bytes.length - back) : bytes
  }
  return bytes
}
