// Patterns of format files (`Deny %{WORD:proto} src %{NOTSPACE:if}:%{IP:source.ip}`): compiled once, matched in linear time without backtracking.
import { pieceOf, type Piece } from './pattern-names.js'

/**
 * Text stands for itself; a blank for one or more blanks. `%{NAME}` or `%{NAME:key}` is a piece of pattern-names.ts, `%[ … %]` may be
 * missing, `%( … %| … %)` is one of several, `^` at the start and `$` at the end hold the pattern to the ends of the text.
 *
 * Parts are matched from left to right and never taken back: a piece of unbounded length ends where the text behind it first stands
 * or its own characters end. So a match costs at most the length of the text for each part of the pattern.
 */
export interface TextPattern {
  readonly source: string
  /** Longest text that must stand in every match; for finding candidates. */
  readonly literal: string
  match(text: string, into: Record<string, unknown>): boolean
}

type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'blank' }
  | { readonly kind: 'piece'; readonly piece: Piece; readonly key: string | undefined; stops: readonly string[] | undefined }
  | { readonly kind: 'some'; readonly options: readonly (readonly Node[])[] }

/** `source` is the faulty pattern. */
export class PatternError extends Error {
  source = ''
}

const MAX_PATTERN = 2_000
const MAX_DEPTH = 6

export function compilePattern(source: string): TextPattern {
  try {
    return compile(source)
  } catch (error) {
    if (error instanceof PatternError) error.source = source
    throw error
  }
}

function compile(source: string): TextPattern {
  if (source.length > MAX_PATTERN) throw new PatternError(`longer than ${MAX_PATTERN} characters`)
  const anchored = source.startsWith('^')
  const ended = source.endsWith('$') && !source.endsWith('\\$')
  const reader = { text: source, at: anchored ? 1 : 0, end: ended ? source.length - 1 : source.length }
  const nodes = readNodes(reader, 0)
  if (reader.at < reader.end) throw new PatternError(`%] or %) without its beginning at ${reader.at + 1}`)
  setStops(nodes, [], ended)
  const first = nodes[0]
  const searched = !anchored && first?.kind === 'text' ? first.text : undefined
  return {
    source,
    literal: longestText(nodes),
    match(text, into) {
      // A pattern that begins with text is looked for where that text stands; the first three places are enough for real lines.
      for (let from = 0, tries = 0; tries < 3; tries += 1) {
        const start = searched === undefined ? 0 : text.indexOf(searched, from)
        if (start === -1) return false
        const found: Record<string, unknown> = {}
        const end = run(nodes, 0, text, start, found)
        if (end !== -1 && (!ended || text.slice(end).trim() === '')) {
          Object.assign(into, found)
          return true
        }
        if (searched === undefined) return false
        from = start + searched.length
      }
      return false
    },
  }
}

interface Reader {
  readonly text: string
  readonly end: number
  at: number
}

function readNodes(reader: Reader, depth: number): Node[] {
  if (depth > MAX_DEPTH) throw new PatternError(`nested deeper than ${MAX_DEPTH}`)
  const nodes: Node[] = []
  let plain = ''
  const flush = (): void => {
    if (plain !== '') nodes.push({ kind: 'text', text: plain })
    plain = ''
  }
  while (reader.at < reader.end) {
    const char = reader.text[reader.at]!
    const two = reader.text.slice(reader.at, reader.at + 2)
    if (two === '%]' || two === '%|' || two === '%)') break
    if (two === '%{') {
      flush()
      const close = reader.text.indexOf('}', reader.at)
      if (close === -1) throw new PatternError(`%{ without } at ${reader.at + 1}`)
      nodes.push(readPiece(reader.text.slice(reader.at + 2, close)))
      reader.at = close + 1
    } else if (two === '%[') {
      flush()
      reader.at += 2
      const inner = readNodes(reader, depth + 1)
      expect(reader, '%]')
      nodes.push({ kind: 'some', options: [inner, []] })
    } else if (two === '%(') {
      flush()
      reader.at += 2
      const options = [readNodes(reader, depth + 1)]
      while (reader.text.startsWith('%|', reader.at)) {
        reader.at += 2
        options.push(readNodes(reader, depth + 1))
      }
      expect(reader, '%)')
      nodes.push({ kind: 'some', options })
    } else if (char === ' ') {
      flush()
      if (nodes.at(-1)?.kind !== 'blank') nodes.push({ kind: 'blank' })
      reader.at += 1
    } else {
      plain += char
      reader.at += 1
    }
  }
  flush()
  return nodes
}

function expect(reader: Reader, text: string): void {
  if (!reader.text.startsWith(text, reader.at) || reader.at >= reader.end) throw new PatternError(`${text} is missing`)
  reader.at += 2
}

function readPiece(text: string): Node {
  const colon = text.indexOf(':')
  const name = colon === -1 ? text : text.slice(0, colon)
  const key = colon === -1 ? undefined : text.slice(colon + 1)
  if (key !== undefined && !/^[\w.@-]{1,80}$/.test(key)) throw new PatternError(`bad key in %{${text}}`)
  const piece = pieceOf(name)
  if (piece === undefined) throw new PatternError(`no piece is named ${name}`)
  return { kind: 'piece', piece, key, stops: undefined }
}

/** What may stand right behind each piece: the texts at which a piece of unbounded length ends. */
function setStops(nodes: readonly Node[], behind: readonly string[] | undefined, ended: boolean): void {
  for (let i = nodes.length - 1; i >= 0; i -= 1) {
    const node = nodes[i]!
    const next = startsOf(nodes, i + 1, behind)
    if (node.kind === 'piece') node.stops = next
    else if (node.kind === 'some') for (const option of node.options) setStops(option, next, ended)
  }
}

/** Texts with which what follows may begin; undefined when it may begin with anything. */
function startsOf(nodes: readonly Node[], from: number, behind: readonly string[] | undefined): readonly string[] | undefined {
  const node = nodes[from]
  if (node === undefined) return behind
  if (node.kind === 'text') return [node.text]
  if (node.kind === 'blank') {
    const next = nodes[from + 1]
    return next?.kind === 'text' ? [` ${next.text}`, '\t'] : [' ', '\t']
  }
  if (node.kind === 'piece') return undefined
  const out: string[] = []
  for (const option of node.options) {
    const starts = option.length === 0 ? startsOf(nodes, from + 1, behind) : startsOf(option, 0, behind)
    if (starts === undefined) return undefined
    out.push(...starts)
  }
  return out
}

function longestText(nodes: readonly Node[]): string {
  let best = ''
  for (const node of nodes) if (node.kind === 'text' && node.text.length > best.length) best = node.text
  return best
}

/** The index behind the match, or -1. */
function run(nodes: readonly Node[], index: number, text: string, start: number, found: Record<string, unknown>): number {
  let at = start
  for (let i = index; i < nodes.length; i += 1) {
    const node = nodes[i]!
    if (node.kind === 'text') {
      if (!text.startsWith(node.text, at)) return -1
      at += node.text.length
    } else if (node.kind === 'blank') {
      const from = at
      while (isBlank(text.charCodeAt(at))) at += 1
      // A blank that ends the pattern may be missing at the end of the line.
      if (at === from && at < text.length) return -1
    } else if (node.kind === 'piece') {
      const next = nodes[i + 1]
      const until = node.piece.anything === true && next?.kind === 'piece' && next.piece.bounded === true ? next.piece : undefined
      const end = until === undefined ? node.piece.take(text, at, node.stops) : seek(until, text, at)
      if (end === -1) return -1
      if (node.key !== undefined && end > at) found[node.key] = text.slice(at, end)
      at = end
    } else {
      let end = -1
      for (const option of node.options) {
        end = run(option, 0, text, at, found)
        if (end !== -1) break
      }
      if (end === -1) return -1
      at = end
    }
  }
  return at
}

/** The first place at which the piece fits and no word goes on; a bounded look at each place keeps it linear. */
function seek(piece: Piece, text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    if (at > from && isWord(text.charCodeAt(at - 1)) && isWord(text.charCodeAt(at))) continue
    if (piece.take(text, at, undefined) !== -1) return at
  }
  return -1
}

function isWord(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95 || code === 46
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9
}
