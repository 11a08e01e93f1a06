// Finds which of many texts stand in a line in one pass over the line; used by format-set.ts so that a line is tried against few formats.

const SIZE = 1 << 16

interface Entry {
  readonly text: string
  /** Where in the text the three characters stand that it is filed under. */
  readonly offset: number
  readonly owners: readonly number[]
}

/** Texts of at least three characters, each with the numbers of the shapes it stands for. */
export class LiteralIndex {
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
      this.buckets[key] = [...(this.buckets[key] ?? []), { text, offset, owners }]
    }
    function cost(text: string, at: number): number {
      const common = /^[a-z =":]+$/.test(text.slice(at, at + 3)) ? 2 : 0
      return (grams.get(gram(text, at)) ?? 0) + common
    }
  }

  /** Adds the owners of every text found. */
  find(line: string, into: Set<number>): void {
    const end = line.length - 2
    const buckets = this.buckets
    for (let at = 0; at < end; at += 1) {
      const bucket = buckets[(line.charCodeAt(at) * 961 + line.charCodeAt(at + 1) * 31 + line.charCodeAt(at + 2)) & (SIZE - 1)]
      if (bucket === undefined) continue
      for (const { text, offset, owners } of bucket) if (line.startsWith(text, at - offset)) for (const owner of owners) into.add(owner)
    }
  }
}

function gram(text: string, at: number): number {
  return (text.charCodeAt(at) * 961 + text.charCodeAt(at + 1) * 31 + text.charCodeAt(at + 2)) & (SIZE - 1)
}
