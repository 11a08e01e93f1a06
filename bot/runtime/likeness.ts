// Which command a sentence is most like, learned from content/phrases; asked by parse.ts when no word or pattern of a command is certain.
// Multinomial logistic regression on weighted features (https://en.wikipedia.org/wiki/Multinomial_logistic_regression), trained by
// stochastic gradient descent when it is first asked: some 800 sentences take about a quarter of a second, once.
import { findEntities, type Entities } from './entities.js'
import { NO_COMMAND, type Phrases } from '../../core/ports/phrases.js'
import { featuresOf, type Concept, type Feature } from './sentence-features.js'

const ROUNDS = 12
const FIRST_STEP = 8
/** Any time will do: what is learned is that a day is named, not which. */
const SOME_TIME = 0

export interface Likeness {
  /** A command's word; `null` when the sentence is like those that mean no command. */
  readonly word: string | null
  /** 0 to 1. */
  readonly probability: number
}

export interface Guesser {
  guess(entities: Entities): Likeness
}

export function makeGuesser(phrases: Phrases): Guesser {
  const concepts = Object.entries(phrases.concepts).map(([name, words]) => ({ name, words: words.map(word => word.toLowerCase()) }))
  let model: Model | undefined
  return {
    guess(entities) {
      // “111”, “+1”: nothing to compare.
      if (!/\p{Script=Han}|[a-z]{3}/iu.test(entities.text)) return { word: null, probability: 1 }
      model ??= train(phrases.said, concepts)
      const { word, probability } = classify(model, featuresOf(entities, concepts))
      return { word: word === NO_COMMAND ? null : word, probability }
    },
  }
}

interface Model {
  readonly words: readonly string[]
  readonly indexOf: ReadonlyMap<string, number>
  /** Inverse document frequency by feature. */
  readonly rarity: Float64Array
  /** Row per feature, column per word. */
  readonly weights: Float64Array
}

interface Vector {
  readonly at: readonly number[]
  readonly values: readonly number[]
}

function train(said: Phrases['said'], concepts: readonly Concept[]): Model {
  const words = Object.keys(said)
  const samples = words.flatMap((word, index) =>
    (said[word] ?? []).map(text => ({ index, features: featuresOf(findEntities(text, SOME_TIME, 'Asia/Shanghai'), concepts) })),
  )
  const indexOf = new Map<string, number>()
  const seen: number[] = []
  for (const { features } of samples)
    for (const [name] of features) {
      const at = indexOf.get(name) ?? indexOf.size
      indexOf.set(name, at)
      seen[at] = (seen[at] ?? 0) + 1
    }
  const rarity = Float64Array.from(seen, count => Math.log((1 + samples.length) / (1 + count)))
  const model: Model = { words, indexOf, rarity, weights: new Float64Array(indexOf.size * words.length) }
  const vectors = samples.map(({ features }) => vectorOf(model, features))
  const order = samples.map((_, index) => index)
  const random = lehmer(1)
  for (let round = 0; round < ROUNDS; round++) {
    shuffle(order, random)
    const step = FIRST_STEP / (1 + round / 5)
    for (const index of order) learn(model, vectors[index]!, samples[index]!.index, step)
  }
  return model
}

/** One step of gradient descent on the cross entropy. */
function learn(model: Model, vector: Vector, right: number, step: number): void {
  const slope = softmax(scores(model, vector))
  slope[right] = slope[right]! - 1
  const width = model.words.length
  vector.at.forEach((feature, i) => {
    const row = feature * width
    const pull = step * vector.values[i]!
    for (let column = 0; column < width; column++) model.weights[row + column]! -= pull * slope[column]!
  })
}

function classify(model: Model, features: readonly Feature[]): { word: string; probability: number } {
  const likely = softmax(scores(model, vectorOf(model, features)))
  let best = 0
  for (let index = 1; index < likely.length; index++) if (likely[index]! > likely[best]!) best = index
  return { word: model.words[best] ?? NO_COMMAND, probability: likely[best] ?? 0 }
}

function vectorOf({ indexOf, rarity }: Model, features: readonly Feature[]): Vector {
  const known = features.flatMap(([name, weight]) => {
    const at = indexOf.get(name)
    return at === undefined ? [] : [{ at, value: rarity[at]! * weight }]
  })
  const length = Math.sqrt(known.reduce((sum, { value }) => sum + value * value, 0)) || 1
  return { at: known.map(({ at }) => at), values: known.map(({ value }) => value / length) }
}

function scores({ weights, words }: Model, { at, values }: Vector): Float64Array {
  const width = words.length
  const sums = new Float64Array(width)
  at.forEach((feature, i) => {
    const row = feature * width
    for (let column = 0; column < width; column++) sums[column]! += weights[row + column]! * values[i]!
  })
  return sums
}

/** In place. */
function softmax(values: Float64Array): Float64Array {
  let most = -Infinity
  for (const value of values) most = Math.max(most, value)
  let sum = 0
  for (let index = 0; index < values.length; index++) sum += values[index] = Math.exp(values[index]! - most)
  for (let index = 0; index < values.length; index++) values[index]! /= sum
  return values
}

/** Park and Miller's generator: the same order on every machine. */
function lehmer(seed: number): () => number {
  let state = seed
  return () => (state = (state * 48_271) % 0x7fffffff) / 0x7fffffff
}

function shuffle(items: number[], random: () => number): void {
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    ;[items[last], items[other]] = [items[other]!, items[last]!]
  }
}
