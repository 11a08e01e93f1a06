// Texts a regular expression cannot match without, so that most values never meet the expression itself; used by entry.ts.
// Reads only what it is sure of: anything unusual means "no need known".
import { needsOfAll, needsOfAny, type Needs } from './needs.js'

/** What a part of an expression asks for; `exact` when it matches one text only. */
interface Part {
  readonly exact?: string
  readonly needs: Needs
}

class Unsure extends Error {}
const MAX_DEPTH = 50
/** Shorter pieces are everywhere. */
const LEAST = 2

export function needsOfRegex(field: string, source: string): Needs {
  const present: Needs = { kind: 'present', field }
  try {
    const reader = new Reader(field, source)
    const part = reader.alternation(0)
    if (!reader.isAtEnd) return present
    return needsOfPart(field, part) ?? present
  } catch (error) {
    if (error instanceof Unsure) return present
    throw error
  }
}

function piece(field: string, text: string): Needs {
  return text.length < LEAST ? undefined : { kind: 'piece', field, text, start: false, end: false }
}

function needsOfPart(field: string, part: Part): Needs {
  return part.exact === undefined ? part.needs : piece(field, part.exact)
}

class Reader {
  private at = 0
  constructor(
    private readonly field: string,
    private readonly source: string,
  ) {}

  get isAtEnd(): boolean {
    return this.at >= this.source.length
  }

  alternation(depth: number): Part {
    if (depth > MAX_DEPTH) throw new Unsure()
    const branches = [this.sequence(depth)]
    while (this.source[this.at] === '|') {
      this.at += 1
      branches.push(this.sequence(depth))
    }
    if (branches.length === 1) return branches[0]!
    return { needs: needsOfAny(branches.map(branch => needsOfPart(this.field, branch))) }
  }

  private sequence(depth: number): Part {
    const found: Needs[] = []
    let run = ''
    let isExact = true
    const flush = () => {
      found.push(piece(this.field, run))
      run = ''
      isExact = false
    }
    while (!this.isAtEnd && this.source[this.at] !== '|' && this.source[this.at] !== ')') {
      const part = this.atom(depth)
      const times = this.quantifier()
      if (times === 'once' && part.exact !== undefined) run += part.exact
      else if (times === 'optional') flush()
      else {
        if (part.exact === undefined) flush()
        else {
          run += part.exact
          flush()
        }
        found.push(part.needs)
      }
    }
    if (isExact) return { exact: run, needs: undefined }
    found.push(piece(this.field, run))
    return { needs: needsOfAll(found) }
  }

  private atom(depth: number): Part {
    const character = this.source[this.at]!
    this.at += 1
    switch (character) {
      case '(':
        return this.group(depth)
      case '[':
        return this.characterClass()
      case '\\':
        return this.escape()
      case '.':
      case '^':
      case '$':
        return { needs: undefined }
      case '*':
      case '+':
      case '?':
      case '{':
        throw new Unsure()
      default:
        return literal(character)
    }
  }

  private group(depth: number): Part {
    if (this.source[this.at] === '?') {
      const head = /\?(?:P?<[A-Za-z_]\w*>|[imsU-]*:|[imsU-]+\))/y
      head.lastIndex = this.at
      const match = head.exec(this.source)
      if (match === null) throw new Unsure()
      this.at += match[0].length
      if (match[0].endsWith(')')) return { needs: undefined }
    }
    const inner = this.alternation(depth + 1)
    if (this.source[this.at] !== ')') throw new Unsure()
    this.at += 1
    return inner
  }

  private characterClass(): Part {
    if (this.source[this.at] === '^') this.at += 1
    // A bracket right at the start is itself.
    if (this.source[this.at] === ']') this.at += 1
    for (;;) {
      const character = this.source[this.at]
      if (character === undefined) throw new Unsure()
      if (character === '[' && this.source[this.at + 1] === ':') throw new Unsure()
      this.at += character === '\\' ? 2 : 1
      if (character === ']') return { needs: undefined }
    }
  }

  private escape(): Part {
    const character = this.source[this.at]
    this.at += 1
    if (character === undefined) throw new Unsure()
    if (/[dDwWsSbBAz]/.test(character)) return { needs: undefined }
    if (/[A-Za-z0-9]/.test(character)) throw new Unsure()
    return literal(character)
  }

  private quantifier(): 'once' | 'optional' | 'repeated' {
    const match = /(?:[*+?]|\{(\d+)(?:,\d*)?\})[?+]?/y
    match.lastIndex = this.at
    const found = match.exec(this.source)
    if (found === null) return 'once'
    this.at += found[0].length
    if (found[1] !== undefined) return Number(found[1]) === 0 ? 'optional' : 'repeated'
    return found[0].startsWith('+') ? 'repeated' : 'optional'
  }
}

function literal(character: string): Part {
  // Other letters may fold in ways the expression's own rules do not share.
  return character >= ' ' && character <= '~' ? { exact: character.toLowerCase(), needs: undefined } : { needs: undefined }
}
