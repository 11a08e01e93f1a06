// Many texts looked for in one value at once: which rules a field's value makes possible. Built per field and log source by rule-set.ts.
// A text of four characters or more is filed under the hash of its rarest four; a value is read once, four characters rolling.
import { ownText } from '../../own-text.js'
import { foldCase } from './fold-case.js'

export interface Literal {
  readonly text: string
  readonly start: boolean
  readonly end: boolean
  readonly owner: number
}

const GRAM = 4
const MULTIPLIER = 0x9e3779b1
const NOBODY = new Int32Array(0)
/** Values remembered with their result, and how long they may be: streams of events repeat most values of most fields. */
const REMEMBERED = 512
const REMEMBERED_LENGTH = 256
/** Remembering is given up for a while where fewer than one in `WORTH` of so many values was seen before. */
const TRIAL = 2_048
const WORTH = 4
const PAUSE = 65_536
const NUMBER_LIKE = /^[-+.\deE]*$/

export class LiteralIndex {
  private readonly equal = new Map<string, number[]>()
  private readonly short: Literal[] = []
  private texts: string[] = []
  private offsets = NOBODY
  private flags = NOBODY
  private owners: Int32Array[] = []
  private next = NOBODY
  private heads = NOBODY
  private shift = 31
  private known = new Map<string, Int32Array>()
  private older = new Map<string, Int32Array>()
  private asked = 0
  private remembered = 0
  private readonly least: number
  /** False when no number, written as text, can hold any of the texts. */
  readonly mayHitNumbers: boolean

  /** @param equal whole values, folded; @param literals parts of values, folded, never empty */
  constructor(equal: readonly { readonly text: string; readonly owner: number }[], literals: readonly Literal[]) {
    for (const { text, owner } of equal) {
      const owners = this.equal.get(text)
      if (owners === undefined) this.equal.set(text, [owner])
      else if (owners.at(-1) !== owner) owners.push(owner)
    }
    const texts = [...equal, ...literals].map(({ text }) => text)
    this.least = texts.reduce((least, { length }) => Math.min(least, length), Infinity)
    this.mayHitNumbers = texts.some(text => NUMBER_LIKE.test(text) || text.includes('infinity') || text.includes('nan'))
    this.short = literals.filter(({ text }) => text.length < GRAM)
    this.build(literals.filter(({ text }) => text.length >= GRAM))
  }

  /** Owners of what is found in a value as it came; some may be named twice. */
  owning(value: string): Int32Array {
    if (value.length < this.least) return NOBODY
    this.asked += 1
    if (value.length > REMEMBERED_LENGTH || this.asked <= 0) return this.search(value)
    if (this.asked === TRIAL) {
      this.asked = this.remembered * WORTH < TRIAL ? -PAUSE : 0
      this.remembered = 0
    }
    const known = this.known.get(value)
    if (known !== undefined) {
      this.remembered += 1
      return known
    }
    const found = this.older.get(value) ?? this.search(value)
    if (this.known.size >= REMEMBERED) {
      this.older = this.known
      this.known = new Map()
    }
    this.known.set(ownText(value), found)
    return found
  }

  private build(literals: readonly Literal[]): void {
    const groups = new Map<string, Literal[]>()
    for (const literal of literals) {
      const key = `${literal.start ? 1 : 0}${literal.end ? 1 : 0}${literal.text}`
      const group = groups.get(key)
      if (group === undefined) groups.set(key, [literal])
      else group.push(literal)
    }
    const grams = new Map<string, number>()
    for (const [{ text }] of groups.values() as Iterable<[Literal]>)
      for (let at = 0; at + GRAM <= text.length; at += 1) {
        const gram = text.slice(at, at + GRAM)
        grams.set(gram, (grams.get(gram) ?? 0) + 1)
      }
    const bits = Math.min(20, Math.max(8, Math.ceil(Math.log2((groups.size + 1) * 16))))
    this.shift = 32 - bits
    this.heads = new Int32Array(2 ** bits)
    // Entry 0 means "none".
    this.offsets = new Int32Array(groups.size + 1)
    this.flags = new Int32Array(groups.size + 1)
    this.next = new Int32Array(groups.size + 1)
    this.texts = ['']
    this.owners = [NOBODY]
    for (const group of groups.values()) {
      const { text, start, end } = group[0]!
      const entry = this.texts.length
      let offset = 0
      let fewest = Infinity
      for (let at = 0; at + GRAM <= text.length; at += 1) {
        const count = grams.get(text.slice(at, at + GRAM))!
        if (count < fewest) [offset, fewest] = [at, count]
      }
      this.texts.push(text)
      this.owners.push(Int32Array.from(new Set(group.map(({ owner }) => owner))))
      this.offsets[entry] = offset
      this.flags[entry] = (start ? 1 : 0) | (end ? 2 : 0)
      const slot = this.slotOf(text, offset)
      this.next[entry] = this.heads[slot]!
      this.heads[slot] = entry
    }
  }

  private slotOf(text: string, at: number): number {
    let window = 0
    for (let i = at; i < at + GRAM; i += 1) window = (window >>> 8) | ((text.charCodeAt(i) & 0xff) << 24)
    return Math.imul(window, MULTIPLIER) >>> this.shift
  }

  private search(value: string): Int32Array {
    const found: number[] = []
    // Right for ASCII; the loop below sees whether there was anything else.
    const quick = value.toLowerCase()
    let seen = this.scan(quick, found)
    let text = quick
    if (seen > 0x7f) {
      const folded = foldCase(value)
      if (folded !== quick) {
        found.length = 0
        text = folded
        seen = this.scan(text, found)
      }
    }
    const owners = this.equal.get(text)
    if (owners !== undefined) for (const owner of owners) found.push(owner)
    for (const { text: wanted, start, end, owner } of this.short) {
      const fits = start ? text.startsWith(wanted) : end ? text.endsWith(wanted) : text.includes(wanted)
      if (fits) found.push(owner)
    }
    return found.length === 0 ? NOBODY : Int32Array.from(found)
  }

  /** @returns all character codes or-ed together */
  private scan(text: string, found: number[]): number {
    const { heads, shift } = this
    const length = text.length
    let window = 0
    let seen = 0
    for (let at = 0; at < length; at += 1) {
      const code = text.charCodeAt(at)
      seen |= code
      window = (window >>> 8) | ((code & 0xff) << 24)
      if (at < GRAM - 1) continue
      const entry = heads[Math.imul(window, MULTIPLIER) >>> shift]!
      if (entry !== 0) this.verify(text, at - GRAM + 1, entry, found)
    }
    return seen
  }

  private verify(text: string, gramAt: number, first: number, found: number[]): void {
    for (let entry = first; entry !== 0; entry = this.next[entry]!) {
      const start = gramAt - this.offsets[entry]!
      if (start < 0) continue
      const flags = this.flags[entry]!
      if ((flags & 1) !== 0 && start !== 0) continue
      const wanted = this.texts[entry]!
      if ((flags & 2) !== 0 && start + wanted.length !== text.length) continue
      if (text.startsWith(wanted, start)) for (const owner of this.owners[entry]!) found.push(owner)
    }
  }
}
