// Scores how much a domain name looks made by an algorithm: a small net trained by `npm run train -- dga`. Used by models/generated-domains.ts.
import { z } from 'zod'
import { BUCKETS, DENSE, measures, pieces } from './dga-features.js'
import { domainParts, type DomainParts } from './domain-parts.js'
import { TRIPLES } from './letter-model.js'

export const PIECE_WIDTH = 12
export const HIDDEN = 24
export const INPUTS = PIECE_WIDTH + DENSE

const Numbers = (length: number) => z.array(z.number().min(-1e4).max(1e4)).length(length)
const File = z.object({
  kind: z.literal('dga'),
  version: z.string().max(40),
  /** One signed byte per weight of the pieces, base64. */
  pieces: z.string().max(400_000),
  /** One byte per triple of letters, base64: how unusual it is. */
  letters: z.string().max(100_000),
  scale: z.number().positive().max(100),
  hidden: Numbers(HIDDEN * INPUTS),
  hiddenBias: Numbers(HIDDEN),
  out: Numbers(HIDDEN),
  outBias: z.number(),
  /** Scores above which one in a hundred, one in five hundred ordinary names of the training's held-back share lie. */
  thresholds: z.object({ percent: z.number(), strict: z.number() }),
})
export type DgaFile = z.output<typeof File>

export class DgaNet {
  readonly version: string
  readonly thresholds: DgaFile['thresholds']
  private readonly table: Int8Array
  private readonly rarity: (triple: number) => number
  private constructor(private readonly file: DgaFile) {
    this.version = file.version
    this.thresholds = file.thresholds
    this.table = new Int8Array(bytes(file.pieces).buffer)
    if (this.table.length !== BUCKETS * PIECE_WIDTH) throw new Error(`the table of pieces has ${this.table.length} weights`)
    const letters = bytes(file.letters)
    if (letters.length !== TRIPLES) throw new Error(`the table of letters has ${letters.length} entries`)
    this.rarity = triple => letters[triple]!
  }

  /** @throws what is wrong with the file */
  static load(value: unknown): DgaNet {
    return new DgaNet(File.parse(value))
  }

  /** Log-odds; undefined for what is no name. Some 3 µs. */
  score(name: string): number | undefined {
    const parts = domainParts(name)
    return parts === undefined ? undefined : this.scoreParts(parts)
  }

  scoreParts(parts: DomainParts): number {
    const { file, table } = this
    const input = new Float64Array(INPUTS)
    const found = pieces(parts)
    for (const bucket of found) {
      const row = bucket * PIECE_WIDTH
      for (let n = 0; n < PIECE_WIDTH; n++) input[n]! += table[row + n]!
    }
    const share = file.scale / Math.sqrt(found.length)
    for (let n = 0; n < PIECE_WIDTH; n++) input[n]! *= share
    input.set(measures(parts, this.rarity), PIECE_WIDTH)
    return forward(input, file)
  }
}

function bytes(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), sign => sign.charCodeAt(0))
}

/** One hidden layer of rectified units. */
export function forward(
  input: Float64Array,
  {
    hidden,
    hiddenBias,
    out,
    outBias,
  }: { hidden: ArrayLike<number>; hiddenBias: ArrayLike<number>; out: ArrayLike<number>; outBias: number },
): number {
  let sum = outBias
  for (let unit = 0; unit < HIDDEN; unit++) {
    let value = hiddenBias[unit]!
    for (let n = 0; n < INPUTS; n++) value += hidden[unit * INPUTS + n]! * input[n]!
    if (value > 0) sum += value * out[unit]!
  }
  return sum
}
