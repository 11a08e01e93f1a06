// Sigma's text patterns: escapes, `*`, `?`, dash variants; parsed once, matched in time linear to text times pattern, never with RegExp.
import { foldCase } from './fold-case.js'

/** Any run of characters. */
export const ANY = Symbol('any')
/** Exactly one code point. */
export const ONE = Symbol('one')
/** One of the characters Windows programs take for a dash (modifier `windash`). */
export const DASH = Symbol('dash')

/** Text between the special places; neighbouring texts are always joined. */
export type Token = string | typeof ANY | typeof ONE | typeof DASH
export type Pattern = readonly Token[]

const DASHES = new Set(['-', '/', '–', '—', '―'])
const WORD = /[\p{L}\p{N}_]/u

/** Reads left to right once: a backslash takes the meaning from a following `*`, `?` or backslash and is itself before anything else. */
export function parsePattern(text: string): Pattern {
  const tokens: Token[] = []
  let literal = ''
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]!
    if (character === '\\' && at + 1 < text.length && '*?\\'.includes(text[at + 1]!)) {
      at += 1
      literal += text[at]!
    } else if (character === '*' || character === '?') {
      tokens.push(literal, character === '*' ? ANY : ONE)
      literal = ''
    } else literal += character
  }
  return joined([...tokens, literal])
}

/** Joins neighbouring texts, drops empty ones and repeated `*`. */
export function joined(tokens: readonly Token[]): Pattern {
  const out: Token[] = []
  for (const token of tokens) {
    const last = out.at(-1)
    if (token === '' || (token === ANY && last === ANY)) continue
    if (typeof token === 'string' && typeof last === 'string') out[out.length - 1] = last + token
    else out.push(token)
  }
  return out
}

/** The text of a pattern without special places, else undefined. */
export function plainText(pattern: Pattern): string | undefined {
  if (pattern.length === 0) return ''
  return pattern.length === 1 && typeof pattern[0] === 'string' ? pattern[0] : undefined
}

/** `-` and `/` at the start of a word become places where any dash may stand (sigma.md 5.2). */
export function withDashes(pattern: Pattern): Pattern {
  const out: Token[] = []
  for (const token of pattern) {
    if (typeof token !== 'string') {
      out.push(token)
      continue
    }
    const characters = Array.from(token)
    characters.forEach((character, at) => {
      const starts =
        (character === '-' || character === '/') && !WORD.test(characters[at - 1] ?? ' ') && WORD.test(characters[at + 1] ?? ' ')
      out.push(starts ? DASH : character)
    })
  }
  return joined(out)
}

/** Part of a pattern between two `*`: plain text, or tokens each of a fixed number of code points. */
interface Part {
  readonly tokens: readonly Exclude<Token, typeof ANY>[]
  readonly plain: string | undefined
  /** A text that must occur for the part to match; '' when there is none. */
  readonly probe: string
}

export interface TextMatcher {
  /** `text` must be folded already unless the matcher is cased. */
  test(text: string): boolean
  /** Set when the matcher is plain equality: lets callers look the text up in a table. */
  readonly equals?: string
}

/** @param cased compare as written; otherwise the pattern is folded and texts must be. */
export function compilePattern(pattern: Pattern, cased: boolean): TextMatcher {
  const tokens = cased ? pattern : pattern.map(token => (typeof token === 'string' ? foldCase(token) : token))
  const parts: Part[] = [makePart([])]
  for (const token of tokens) {
    if (token === ANY) parts.push(makePart([]))
    else parts[parts.length - 1] = makePart([...parts.at(-1)!.tokens, token])
  }
  const first = parts[0]!
  const last = parts.at(-1)!
  if (parts.length === 1) {
    const plain = first.plain
    if (plain !== undefined) return { equals: plain, test: text => text === plain }
    return { test: text => matchAt(text, 0, first) === text.length }
  }
  const simple = parts.every(part => part.plain !== undefined)
  if (simple && parts.length === 2) {
    const [head, tail] = [first.plain!, last.plain!]
    if (head === '') return { test: text => text.endsWith(tail) }
    if (tail === '') return { test: text => text.startsWith(head) }
  }
  if (simple && parts.length === 3 && first.plain === '' && last.plain === '') {
    const middle = parts[1]!.plain!
    return { test: text => text.includes(middle) }
  }
  return { test: text => matchParts(text, parts) }
}

function makePart(tokens: Part['tokens']): Part {
  const texts = tokens.filter(token => typeof token === 'string')
  const plain = tokens.length === 0 ? '' : tokens.length === 1 ? texts[0] : undefined
  return { tokens, plain, probe: texts.reduce((longest, text) => (text.length > longest.length ? text : longest), '') }
}

/** Leftmost-first is right because a part has a fixed number of code points: an earlier match never ends later. */
function matchParts(text: string, parts: readonly Part[]): boolean {
  let at = matchAt(text, 0, parts[0]!)
  if (at === -1) return false
  for (const part of parts.slice(1, -1)) {
    at = findPart(text, at, part)
    if (at === -1) return false
  }
  const last = parts.at(-1)!
  const start = startOfTail(text, last)
  return start >= at && matchAt(text, start, last) === text.length
}

/** Index after the part when it stands at `at`, else -1. */
function matchAt(text: string, at: number, part: Part): number {
  let place = at
  for (const token of part.tokens) {
    if (typeof token === 'string') {
      if (!text.startsWith(token, place)) return -1
      place += token.length
    } else if (place >= text.length) return -1
    else if (token === ONE) place += text.codePointAt(place)! > 0xffff ? 2 : 1
    else if (!DASHES.has(text[place]!)) return -1
    else place += 1
  }
  return place
}

function findPart(text: string, from: number, part: Part): number {
  if (part.plain !== undefined) {
    const at = text.indexOf(part.plain, from)
    return at === -1 ? -1 : at + part.plain.length
  }
  // The last place where the probe occurs bounds the search, so texts without it cost one scan.
  const lastProbe = part.probe === '' ? text.length : text.lastIndexOf(part.probe)
  for (let at = from; at <= lastProbe; at += 1) {
    const code = text.charCodeAt(at)
    const inside = code >= 0xdc00 && code <= 0xdfff && at > 0 && isHighSurrogate(text.charCodeAt(at - 1))
    const end = inside ? -1 : matchAt(text, at, part)
    if (end !== -1) return end
  }
  return -1
}

/** Where a part must begin to end with the text; -1 when the text is too short. */
function startOfTail(text: string, part: Part): number {
  let place = text.length
  for (let i = part.tokens.length - 1; i >= 0; i -= 1) {
    const token = part.tokens[i]!
    if (typeof token === 'string') place -= token.length
    else place -= place >= 2 && isLowSurrogate(text.charCodeAt(place - 1)) && isHighSurrogate(text.charCodeAt(place - 2)) ? 2 : 1
    if (place < 0) return -1
  }
  return place
}

const isHighSurrogate = (code: number) => code >= 0xd800 && code <= 0xdbff
const isLowSurrogate = (code: number) => code >= 0xdc00 && code <= 0xdfff
