// Reads a regular expression of a format (RE2 syntax) into a tree, as far as it means the same to JavaScript; used by expression.ts.

/** Code points 0 to 127 one by one, and all others together in the last place: true where the set may hold one. */
export type CharacterSet = readonly boolean[]

export type Expression =
  | { readonly kind: 'character'; readonly set: CharacterSet; /** When it is one character. */ readonly text: string | undefined }
  | { readonly kind: 'edge'; readonly where: 'start' | 'end' | 'word' }
  | { readonly kind: 'sequence'; readonly parts: readonly Expression[] }
  | { readonly kind: 'choice'; readonly parts: readonly Expression[] }
  | { readonly kind: 'group'; readonly part: Expression }
  | { readonly kind: 'repeat'; readonly part: Expression; readonly min: number; readonly max: number }

export interface ReadExpression {
  readonly tree: Expression
  /** For RegExp with the flag `u`. */
  readonly source: string
}

export const OTHERS = 128
const MAX_DEPTH = 20
const PUNCTUATION = /^[!-/:-@[-`{-~]$/
const CLASSES: Readonly<Record<string, { readonly source: string; readonly pattern: RegExp }>> = {
  d: { source: '0-9', pattern: /[0-9]/ },
  w: { source: '0-9A-Za-z_', pattern: /[0-9A-Za-z_]/ },
  // RE2 knows five blanks, JavaScript many more.
  s: { source: '\\t\\n\\f\\r ', pattern: /[\t\n\f\r ]/ },
}
const CONTROLS: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' }

class Unknown extends Error {}

/** Undefined for everything whose meaning might differ: RE2 reads it then. */
export function readExpression(source: string): ReadExpression | undefined {
  try {
    return new Reader(source).read()
  } catch (error) {
    if (error instanceof Unknown) return undefined
    throw error
  }
}

class Reader {
  private at = 0
  private readonly characters: readonly string[]

  constructor(source: string) {
    this.characters = [...source]
  }

  read(): ReadExpression {
    const { tree, source } = this.choice(0)
    if (this.at < this.characters.length) throw new Unknown()
    return { tree, source }
  }

  private get next(): string | undefined {
    return this.characters[this.at]
  }

  private take(): string {
    const character = this.characters[this.at]
    if (character === undefined) throw new Unknown()
    this.at += 1
    return character
  }

  private skip(text: string): boolean {
    if (this.characters.slice(this.at, this.at + text.length).join('') !== text) return false
    this.at += text.length
    return true
  }

  private choice(depth: number): ReadExpression {
    if (depth > MAX_DEPTH) throw new Unknown()
    const parts = [this.sequence(depth)]
    while (this.skip('|')) parts.push(this.sequence(depth))
    if (parts.length === 1) return parts[0]!
    return { tree: { kind: 'choice', parts: parts.map(({ tree }) => tree) }, source: parts.map(({ source }) => source).join('|') }
  }

  private sequence(depth: number): ReadExpression {
    const parts: ReadExpression[] = []
    while (this.next !== undefined && this.next !== '|' && this.next !== ')') parts.push(this.repeated(this.atom(depth)))
    if (parts.length === 1) return parts[0]!
    return { tree: { kind: 'sequence', parts: parts.map(({ tree }) => tree) }, source: parts.map(({ source }) => source).join('') }
  }

  private repeated(atom: ReadExpression): ReadExpression {
    const from = this.at
    const [min, max] = this.bounds() ?? []
    if (min === undefined || max === undefined) return atom
    this.skip('?')
    // A group of a loop keeps its last text in RE2 and may lose it in JavaScript; an edge repeated means nothing.
    if (atom.tree.kind === 'edge' || (max > 1 && /\(\?</.test(atom.source))) throw new Unknown()
    if (this.next !== undefined && '*+?'.includes(this.next)) throw new Unknown()
    return { tree: { kind: 'repeat', part: atom.tree, min, max }, source: atom.source + this.characters.slice(from, this.at).join('') }
  }

  private bounds(): [min: number, max: number] | undefined {
    if (this.skip('*')) return [0, Infinity]
    if (this.skip('+')) return [1, Infinity]
    if (this.skip('?')) return [0, 1]
    const found = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(this.characters.slice(this.at, this.at + 12).join(''))
    if (found === null) return undefined
    this.at += found[0].length
    const min = Number(found[1])
    const max = found[2] === undefined ? min : found[3] === '' ? Infinity : Number(found[3])
    if (max < min || max === 0) throw new Unknown()
    return [min, max]
  }

  private atom(depth: number): ReadExpression {
    const character = this.take()
    switch (character) {
      case '(':
        return this.group(depth)
      case '[':
        return this.set()
      case '.':
        return characterOf(setOf(/[^\n]/), '[^\\n]')
      case '^':
        return { tree: { kind: 'edge', where: 'start' }, source: '^' }
      case '$':
        return { tree: { kind: 'edge', where: 'end' }, source: '$' }
      case '\\':
        return this.escape()
      case '*':
      case '+':
      case '?':
      case '{':
        throw new Unknown()
      default:
        return literal(character)
    }
  }

  private group(depth: number): ReadExpression {
    let head = '(?:'
    if (this.skip('?P<')) {
      let name = ''
      while (this.next !== '>') name += this.take()
      this.take()
      if (!/^[A-Za-z_]\w*$/.test(name)) throw new Unknown()
      head = `(?<${name}>`
    } else if (this.next === '?' && !this.skip('?:')) throw new Unknown()
    const { tree, source } = this.choice(depth + 1)
    if (this.take() !== ')') throw new Unknown()
    return { tree: { kind: 'group', part: tree }, source: `${head}${source})` }
  }

  private escape(): ReadExpression {
    const character = this.take()
    const known = CLASSES[character.toLowerCase()]
    if (known !== undefined) {
      const isIn = character === character.toLowerCase()
      const source = `[${isIn ? '' : '^'}${known.source}]`
      return characterOf(setOf(isIn ? known.pattern : new RegExp(source)), source)
    }
    if (character === 'b') return { tree: { kind: 'edge', where: 'word' }, source: '\\b' }
    return literal(this.escaped(character))
  }

  private escaped(character: string): string {
    const control = CONTROLS[character]
    if (control !== undefined) return control
    if (!PUNCTUATION.test(character)) throw new Unknown()
    return character
  }

  private set(): ReadExpression {
    const isOut = this.skip('^')
    let inside = ''
    for (let first = true; first || this.next !== ']'; first = false) {
      const from = this.member()
      if (from.length > 1 || this.next !== '-' || this.characters[this.at + 1] === ']') {
        inside += from.length > 1 ? from : quoted(from)
        continue
      }
      this.take()
      const to = this.member()
      if (to.length > 1 || to.codePointAt(0)! < from.codePointAt(0)!) throw new Unknown()
      inside += `${quoted(from)}-${quoted(to)}`
    }
    this.take()
    const source = `[${isOut ? '^' : ''}${inside}]`
    return characterOf(setOf(new RegExp(source, 'u')), source)
  }

  /** One character, or the inside of a class of several. */
  private member(): string {
    const character = this.take()
    if (character === '[' && this.next === ':') throw new Unknown()
    // Outside the basic plane two code units make one character.
    if (character.length > 1) throw new Unknown()
    if (character !== '\\') return character
    const name = this.take()
    if (name in CLASSES) return CLASSES[name]!.source
    return this.escaped(name)
  }
}

function literal(character: string): ReadExpression {
  const code = character.codePointAt(0)!
  const set = new Array<boolean>(OTHERS + 1).fill(false)
  set[Math.min(code, OTHERS)] = true
  return { tree: { kind: 'character', set, text: character }, source: quoted(character) }
}

function characterOf(set: CharacterSet, source: string): ReadExpression {
  return { tree: { kind: 'character', set, text: undefined }, source }
}

function setOf(pattern: RegExp): CharacterSet {
  const set = Array.from({ length: OTHERS + 1 }, (_, code) => pattern.test(String.fromCharCode(code)))
  // Nothing but a look at each could say that no other character is in it; an explicit list of ASCII characters holds none.
  set[OTHERS] = /[^\x00-\x7f]/.test(pattern.source) || pattern.test('\u00e9') || pattern.test('中') || pattern.source.startsWith('[^')
  return set
}

function quoted(character: string): string {
  const code = character.codePointAt(0)!
  if (/^[\w ]$/.test(character)) return character
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`
}
