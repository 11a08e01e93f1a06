// Finds which of many texts stand in a line in one pass over the line; used by format-set.ts so that a line is tried against few formats.

const SIZE = 1 << 16

interface Entry {
  readonly text: string
  /** Where in the text the three characters stand that it is filed under. */
  readonly offset: number
  readonly owners: readonly number[]
}

/** Numbers from 0 to a limit, each kept once; emptied without being made anew. */
export class Numbers {
  readonly found: number[] = []
  private readonly marks: Uint32Array
  private round = 1

  constructor(limit: number) {
    this.marks = new Uint32Array(limit)
  }

  clear(): void {
    this.found.length = 0
    this.round += 1
    if (this.round < 0xffff_ffff) return
    this.marks.fill(0)
    this.round = 1
  }

  add(number: number): void {
    if (this.marks[number] === this.round) return
    this.marks[number] = this.round
    this.found.push(number)
  }

  addAll(numbers: readonly number[] | undefined): void {
    if (numbers !== undefined) for (const number of numbers) this.add(number)
  }
}

/** Texts of at least three characters, each with the numbers of the shapes it stands for. */
export class LiteralIndex {
  /** 1 where a bucket holds something: a byte is looked at faster than a list. */
  private readonly filed = new Uint8Array(SIZE)
  private readonly buckets: (readonly Entry[] | undefined)[] = new Array<readonly Entry[] | undefined>(SIZE)

  constructor(texts: ReadonlyMap<string, readonly number[]>) {
    const grams = new Map<number, number>()
    for (const text of texts.keys())
      for (let at = 0; at + 2 < text.length; at += 1) grams.set(gram(text, at), (grams.get(gram(text, at)) ?? 0) + 1)
    for (const [text, owners] of texts) {
      // The three characters least shared with other texts tell them apart best.
      let offset = 0
      for (let at = 1; at + 2 < text.length; at += 1) if (cost(text, at) < cost(text, offset)) offset = at
      const key = gram(text, offset)
      this.filed[key] = 1
      this.buckets[key] = [...(this.buckets[key] ?? []), { text, offset, owners }]
    }
    function cost(text: string, at: number): number {
      const common = /^[a-z =":]+$/.test(text.slice(at, at + 3)) ? 2 : 0
      return (grams.get(gram(text, at)) ?? 0) + common
    }
  }

  /** Owners of every text found, each once. */
  find(line: string, into: Numbers): void {
    const end = line.length - 2
    const { filed, buckets } = this
    let second = line.charCodeAt(0)
    let third = line.charCodeAt(1)
    for (let at = 0; at < end; at += 1) {
      const first = second
      second = third
      third = line.charCodeAt(at + 2)
      const key = (first * 961 + second * 31 + third) & (SIZE - 1)
      if (filed[key] === 0) continue
      for (const { text, offset, owners } of buckets[key]!)
        if (line.startsWith(text, at - offset) && at >= offset) for (const owner of owners) into.add(owner)
    }
  }
}

function gram(text: string, at: number): number {
  return (text.charCodeAt(at) * 961 + text.charCodeAt(at + 1) * 31 + text.charCodeAt(at + 2)) & (SIZE - 1)
}
