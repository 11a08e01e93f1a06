// Takes a line of key=value pairs apart, whatever separates them, in linear time; used by the readers of formats and for unknown lines.

export interface PairOptions {
  readonly pair: readonly string[]
  readonly assign: string
  readonly quote: string
  readonly blanks: boolean
}
export type PairReader = (text: string, into: Record<string, unknown>) => number

const MAX_PAIRS = 400
const MAX_KEY = 64
/** A text whose first key stands further behind is no list of pairs: each place that may begin one costs a look at 64 characters. */
const FIRST_KEY_WITHIN = 8_192

/** Counts the pairs; the first of two equal keys counts. */
export function compilePairs(options: PairOptions): PairReader {
  const escape = (text: string): string => text.replace(/[-/\\^$*+?.()|[\]{}]/g, '\\$&')
  const firsts = [...new Set([...options.pair, options.assign].map(text => text[0]!))].filter(char => char !== ' ').join('')
  const start = '[\\p{L}_$@%-]'
  const inside = options.blanks ? `[^${escape(firsts + options.quote)}\\t]` : `[^\\s${escape(firsts + options.quote)}]`
  const assign = options.assign.trim() === options.assign ? ` {0,2}${escape(options.assign)}` : escape(options.assign)
  // At most 64 characters are looked at from any one place, so looking at every separator stays linear.
  const keyAt = new RegExp(`["'\\[{(]?(${start}${inside}{0,${MAX_KEY - 1}}?)["']?${assign}`, 'uy')
  const blankPair = options.pair.includes(' ')
  const others = options.pair.filter(text => text !== ' ')
  return (text, into) => {
    let count = 0
    let at = firstKey(text)
    while (at !== -1 && count < MAX_PAIRS) {
      keyAt.lastIndex = at
      const match = keyAt.exec(text)
      if (match === null) break
      const from = at + match[0].length
      const [value, end] = readValue(text, from)
      const key = match[1]!.trim()
      // `(Ip=192.0.2.1, User=bob)`: the last value's bracket closes the list.
      const clean = value.endsWith(')') && !value.includes('(') ? value.slice(0, -1) : value
      if (!Object.hasOwn(into, key) && key !== '__proto__') into[key] = clean
      count += 1
      at = end
    }
    return count
  }

  function isKey(text: string, at: number): boolean {
    keyAt.lastIndex = at
    return keyAt.test(text)
  }

  /** The first place where a key may begin and does. */
  function firstKey(text: string): number {
    const end = Math.min(text.length, FIRST_KEY_WITHIN)
    for (let at = 0; at < end; at += 1) {
      const before = at === 0 ? 32 : text.charCodeAt(at - 1)
      const boundary =
        before === 32 || before === 9 || '([{<;,|:"\'>#'.includes(text[at - 1] ?? '(') || others.some(pair => text.endsWith(pair, at))
      if (boundary && isKey(text, at)) return at
    }
    return -1
  }

  function readValue(text: string, start: number): [value: string, next: number] {
    let from = start
    while (text.charCodeAt(from) === 32) {
      // An empty value followed by the next pair.
      if (blankPair && isKey(text, from + 1)) return ['', from + 1]
      from += 1
    }
    const quote = text[from]
    if (quote !== undefined && options.quote.includes(quote)) {
      const close = closing(text, from + 1, quote)
      if (close !== -1) return [text.slice(from + 1, close).replaceAll(`\\${quote}`, quote), afterPair(text, close + 1)]
    }
    for (let at = from; at < text.length; at += 1) {
      const next = separatorAt(text, at)
      if (next !== -1 && (next >= text.length || isKey(text, next))) return [text.slice(from, at).trim(), next >= text.length ? -1 : next]
      // No key behind these blanks, whichever of them is taken for the separator.
      if (next > at + 1 && others.every(pair => !text.startsWith(pair, next - 1))) at = next - 1
    }
    return [text.slice(from).trim(), -1]
  }

  /** A closing quote is one behind which a pair can end: values hold quotes too. */
  function closing(text: string, from: number, quote: string): number {
    let first = -1
    for (let at = text.indexOf(quote, from); at !== -1; at = text.indexOf(quote, at + 1)) {
      if (text[at - 1] === '\\' && text[at - 2] !== '\\') continue
      if (first === -1) first = at
      if (at + 1 >= text.length) return at
      const next = separatorAt(text, at + 1)
      if (next !== -1 && (next >= text.length || isKey(text, next))) return at
      if (')]}>'.includes(text[at + 1]!) || (next !== -1 && at - from > 4_096)) return at
    }
    return first
  }

  function afterPair(text: string, at: number): number {
    const next = separatorAt(text, at)
    if (next !== -1 && next < text.length && isKey(text, next)) return next
    // Something that is no pair stands between: look for the next key.
    for (let i = at; i < text.length; i += 1) {
      const after = separatorAt(text, i)
      if (after !== -1 && after < text.length && isKey(text, after)) return after
      if (after > i + 1) i = after - 1
    }
    return -1
  }

  /** The index behind a separator at this place, blanks after it included, or -1. */
  function separatorAt(text: string, at: number): number {
    const code = text.charCodeAt(at)
    if (blankPair && (code === 32 || code === 9)) return skipBlanks(text, at + 1)
    for (const pair of others) if (text.startsWith(pair, at)) return skipBlanks(text, at + pair.length)
    return -1
  }
}

function skipBlanks(text: string, at: number): number {
  let end = at
  while (text.charCodeAt(end) === 32 || text.charCodeAt(end) === 9) end += 1
  return end
}

export const plainPairs: PairReader = compilePairs({ pair: [' ', ',', ';'], assign: '=', quote: '"\'', blanks: false })
