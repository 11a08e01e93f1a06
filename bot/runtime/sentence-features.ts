// A sentence as the set of things it can be compared by: kinds of things named, concepts, single signs; used by likeness.ts.
import type { Entities } from './entities.js'

/** Feature and its weight. */
export type Feature = readonly [name: string, weight: number]

const CONCEPT_WEIGHT = 1.5
const SIGN_WEIGHT = 0.5
const PAIR_WEIGHT = 0.6
const QUESTION = /[?？吗么呢]|没(?:有)?$/
const MARKS = /[\s，,。.!！?？~、；;：:“”"'（）()「」]+/g

export interface Concept {
  readonly name: string
  /** Lower case. */
  readonly words: readonly string[]
}

export function featuresOf({ numbers, ips, cidrs, domains, hashes, cves, ...rest }: Entities, concepts: readonly Concept[]): Feature[] {
  const kinds = new Set(numbers.map(number => number.slice(0, 2)))
  if (ips.length + cidrs.length > 0) kinds.add('address')
  if (domains.length > 0) kinds.add('domain')
  if (hashes.length > 0) kinds.add('hash')
  if (cves.length > 0) kinds.add('cve')
  if (rest.durationSeconds !== undefined) kinds.add('duration')
  if (rest.period !== undefined) kinds.add('period')
  if (rest.severity !== undefined) kinds.add('severity')
  const text = rest.text.toLowerCase()
  // What is named says what kind of thing it is, not what is wanted of it.
  const bare = [...numbers, ...ips, ...cidrs, ...domains, ...hashes, ...cves]
    .reduce((left, name) => left.replaceAll(name.toLowerCase(), ' '), text)
    .replaceAll(/\d+/g, '0')
    .replaceAll(MARKS, ' ')
    .trim()
  const meant = concepts.filter(({ words }) => words.some(word => text.includes(word)))
  return [
    ...[...kinds].map(kind => [`kind ${kind}`, 1] as const),
    ...meant.map(({ name }) => [`concept ${name}`, CONCEPT_WEIGHT] as const),
    ...[...new Set(`^${bare}$`)].map(sign => [`sign ${sign}`, SIGN_WEIGHT] as const),
    ...pairsOf(`^${bare}$`).map(pair => [`pair ${pair}`, PAIR_WEIGHT] as const),
    ...(QUESTION.test(bare) ? [['question', 1] as const] : []),
  ]
}

function pairsOf(text: string): string[] {
  const signs = [...text]
  return [...new Set(signs.slice(1).map((sign, index) => `${signs[index]}${sign}`))]
}
