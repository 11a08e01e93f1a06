// Trains the net of core/threats/learned/dga-net.ts on ordinary names and on names made by generated-names.ts; run by `npm run train -- dga`.
import { BUCKETS, DENSE, measures, pieces } from '../../core/threats/learned/dga-features.js'
import { DgaNet, HIDDEN, INPUTS, PIECE_WIDTH, type DgaFile } from '../../core/threats/learned/dga-net.js'
import { domainParts } from '../../core/threats/learned/domain-parts.js'
import { LetterCounts, TRIPLES } from '../../core/threats/learned/letter-model.js'
import { generatedNames } from './generated-names.js'
import { SeededRandom } from './seeded-random.js'

interface Example {
  readonly pieces: Uint16Array
  readonly measures: readonly number[]
  readonly generated: boolean
}

export interface DgaTraining {
  readonly ordinary: readonly string[]
  readonly words: readonly string[]
  readonly seed: number
  readonly generated: number
  readonly epochs: number
  readonly heldOut?: readonly string[]
  said(line: string): void
}

/** The same input gives the same file. */
export function trainDga(given: DgaTraining): DgaFile {
  const random = new SeededRandom(given.seed)
  const names = random.shuffle([...given.ordinary])
  // A twentieth of the ordinary names sets the thresholds and is not learned.
  const kept = names.splice(0, Math.floor(names.length / 20))
  const made = generatedNames(given.generated, random, given.words, given.heldOut)
  const known = new Set(given.ordinary)
  const letters = new LetterCounts()
  const labels = new Set(names.flatMap(name => domainParts(name)?.label ?? []))
  for (const label of labels) letters.add(label)
  for (const word of given.words) letters.add(word, WORD_WEIGHT)
  // What was counted is measured without itself: otherwise ordinary names would look more ordinary here than they ever will outside.
  const ordinary = names.flatMap(name => {
    const label = domainParts(name)?.label ?? ''
    letters.add(label, -1)
    const found = example(name, false, letters)
    letters.add(label)
    return found
  })
  const examples = [...made.filter(name => !known.has(name)).flatMap(name => example(name, true, letters))]
  // Both sides weigh the same.
  for (let n = 0; examples.length < given.generated * 2 && ordinary.length > 0; n++) examples.push(ordinary[n % ordinary.length]!)
  const net = new Trainee(random)
  for (let epoch = 0; epoch < given.epochs; epoch++) {
    random.shuffle(examples)
    const rate = 0.004 * (1 - epoch / given.epochs) + 0.0003
    let loss = 0
    for (const one of examples) loss += net.learn(one, rate, random)
    given.said(`epoch ${epoch + 1} of ${given.epochs}: loss ${(loss / examples.length).toFixed(4)}`)
  }
  const file = net.file(`dga-${given.seed}`, letters)
  const scores = DgaNet.load(file)
  const ranked = kept.map(name => scores.score(name) ?? -99).sort((a, b) => a - b)
  return {
    ...file,
    thresholds: { percent: round(ranked[Math.floor(ranked.length * 0.99)]!), strict: round(ranked[Math.floor(ranked.length * 0.998)]!) },
  }
}

function example(name: string, generated: boolean, letters: LetterCounts): Example[] {
  const parts = domainParts(name)
  return parts === undefined
    ? []
    : [{ pieces: Uint16Array.from(pieces(parts)), measures: measures(parts, triple => letters.rarity(triple)), generated }]
}

/** Share of the pieces hidden at each look, so that the net leans on what generalises. */
const HIDE = 0.9
const DECAY = 1e-4
/** A word of the list counts this much of a name. */
const WORD_WEIGHT = 0.3

const round = (value: number) => Math.round(value * 10_000) / 10_000

/** Adam with one example at a time; the table of pieces is updated by AdaGrad, because each example touches few of its rows. */
class Trainee {
  private readonly table = new Float32Array(BUCKETS * PIECE_WIDTH)
  private readonly tableSquares = new Float32Array(BUCKETS * PIECE_WIDTH)
  private readonly weights = new Float64Array(HIDDEN * INPUTS + HIDDEN + HIDDEN + 1)
  private readonly first = new Float64Array(this.weights.length)
  private readonly second = new Float64Array(this.weights.length)
  private readonly gradient = new Float64Array(this.weights.length)
  private readonly input = new Float64Array(INPUTS)
  private readonly active = new Float64Array(HIDDEN)
  private inBatch = 0
  private steps = 0

  constructor(random: SeededRandom) {
    for (let n = 0; n < this.table.length; n++) this.table[n] = (random.next() - 0.5) * 0.1
    for (let n = 0; n < HIDDEN * INPUTS; n++) this.weights[n] = random.normal() * Math.sqrt(2 / INPUTS)
    for (let n = 0; n < HIDDEN; n++) this.weights[HIDDEN * INPUTS + HIDDEN + n] = random.normal() * Math.sqrt(1 / HIDDEN)
  }

  learn(one: Example, rate: number, random: SeededRandom): number {
    const { table, weights, input, active, gradient } = this
    // Each time some pieces are hidden, so that none is leaned on alone.
    const seen = one.pieces.filter(() => random.next() > HIDE)
    const share = 1 / Math.sqrt(Math.max(1, seen.length))
    input.fill(0)
    for (const bucket of seen) for (let n = 0; n < PIECE_WIDTH; n++) input[n]! += table[bucket * PIECE_WIDTH + n]! * share
    for (let n = 0; n < DENSE; n++) input[PIECE_WIDTH + n] = one.measures[n]!
    const biasAt = HIDDEN * INPUTS
    const outAt = biasAt + HIDDEN
    let sum = weights[outAt + HIDDEN]!
    for (let unit = 0; unit < HIDDEN; unit++) {
      let value = weights[biasAt + unit]!
      for (let n = 0; n < INPUTS; n++) value += weights[unit * INPUTS + n]! * input[n]!
      active[unit] = value > 0 ? value : 0
      sum += active[unit]! * weights[outAt + unit]!
    }
    const p = 1 / (1 + Math.exp(-sum))
    const target = one.generated ? 0.9995 : 0.0005
    const error = p - target
    gradient[outAt + HIDDEN]! += error
    const back = new Float64Array(PIECE_WIDTH)
    for (let unit = 0; unit < HIDDEN; unit++) {
      gradient[outAt + unit]! += error * active[unit]!
      if (active[unit] === 0) continue
      const down = error * weights[outAt + unit]!
      gradient[biasAt + unit]! += down
      for (let n = 0; n < INPUTS; n++) gradient[unit * INPUTS + n]! += down * input[n]!
      for (let n = 0; n < PIECE_WIDTH; n++) back[n]! += down * weights[unit * INPUTS + n]!
    }
    for (const bucket of seen) {
      for (let n = 0; n < PIECE_WIDTH; n++) {
        const at = bucket * PIECE_WIDTH + n
        const slope = back[n]! * share + table[at]! * DECAY
        this.tableSquares[at]! += slope * slope
        table[at]! -= (12 * rate * slope) / (Math.sqrt(this.tableSquares[at]!) + 1e-4)
      }
    }
    if (++this.inBatch === 16) this.step(rate)
    return -(target * Math.log(p + 1e-12) + (1 - target) * Math.log(1 - p + 1e-12))
  }

  private step(rate: number): void {
    this.steps++
    const correct1 = 1 - 0.9 ** this.steps
    const correct2 = 1 - 0.999 ** this.steps
    for (let n = 0; n < this.weights.length; n++) {
      const slope = this.gradient[n]! / this.inBatch
      this.first[n] = 0.9 * this.first[n]! + 0.1 * slope
      this.second[n] = 0.999 * this.second[n]! + 0.001 * slope * slope
      this.weights[n]! -= (rate * (this.first[n]! / correct1)) / (Math.sqrt(this.second[n]! / correct2) + 1e-8)
    }
    this.gradient.fill(0)
    this.inBatch = 0
  }

  file(version: string, letters: LetterCounts): DgaFile {
    let most = 0
    for (const weight of this.table) most = Math.max(most, Math.abs(weight))
    const scale = round(most / 127) || 1
    const bytes = Int8Array.from(this.table, weight => Math.max(-127, Math.min(127, Math.round(weight / scale))))
    const numbers = (from: number, count: number) => Array.from(this.weights.subarray(from, from + count), round)
    return {
      kind: 'dga',
      version,
      pieces: Buffer.from(bytes.buffer).toString('base64'),
      letters: Buffer.from(Uint8Array.from({ length: TRIPLES }, (_, triple) => letters.rarity(triple))).toString('base64'),
      scale,
      hidden: numbers(0, HIDDEN * INPUTS),
      hiddenBias: numbers(HIDDEN * INPUTS, HIDDEN),
      out: numbers(HIDDEN * INPUTS + HIDDEN, HIDDEN),
      outBias: round(this.weights.at(-1)!),
      thresholds: { percent: 0, strict: 0 },
    }
  }
}
