// Cuts a text to so many bytes of UTF-8 without breaking a character, a line's Markdown or the reader's trust: what is missing is said. Pure.

const encoder = new TextEncoder()
/** Marks that must be closed again when the text ends inside them; longest first. */
const PAIRS = ['**', '`'] as const

export function byteLength(text: string): number {
  return encoder.encode(text).length
}

export interface Shortened {
  readonly text: string
  readonly isCut: boolean
}

/**
 * @param maxBytes at least as long as `tail` plus 16
 * @param tail said in place of the rest, e.g. `……全文见附件`
 */
export function shorten(text: string, maxBytes: number, tail = '……（已截短）'): Shortened {
  const whole = text.toWellFormed()
  if (byteLength(whole) <= maxBytes) return { text: whole, isCut: false }
  let room = maxBytes - byteLength(tail)
  for (;;) {
    const kept = cutAt(whole, room)
    const closed = closing(kept)
    const result = `${kept}${closed}${tail}`
    if (byteLength(result) <= maxBytes || room <= 0) return { text: room <= 0 ? cutAt(tail, maxBytes) : result, isCut: true }
    room -= byteLength(result) - maxBytes
  }
}

/** The longest beginning within `bytes`, ending at a grapheme; at a line's end when that costs less than a fifth. */
function cutAt(text: string, bytes: number): string {
  if (bytes <= 0) return ''
  let used = 0
  let end = 0
  // A joined emoji or a letter with its marks is one sign to a reader. Only the part that can fit is looked at.
  for (const { segment } of new Intl.Segmenter('zh', { granularity: 'grapheme' }).segment(text.slice(0, bytes))) {
    const size = byteLength(segment)
    if (used + size > bytes) break
    used += size
    end += segment.length
  }
  const kept = text.slice(0, end)
  const line = kept.lastIndexOf('\n')
  return line > 0 && byteLength(kept.slice(0, line)) > bytes * 0.8 ? kept.slice(0, line) : withoutTornLink(kept)
}

/** `[text](htt` reads as rubbish: an unfinished link goes as a whole, unless it is far back. */
function withoutTornLink(text: string): string {
  const open = text.lastIndexOf('[')
  if (open < 0 || text.length - open > 300) return text
  const rest = text.slice(open)
  return /^\[[^\]\n]*(?:\]\([^)\n]*)?$/.test(rest) ? text.slice(0, open) : text
}

function closing(text: string): string {
  const line = text.slice(text.lastIndexOf('\n') + 1)
  return PAIRS.filter(mark => (line.split(mark).length - 1) % 2 === 1).join('')
}
