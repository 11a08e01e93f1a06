// What the DGA net sees of a name: hashed pieces of its letters and a few measures. The trainer (scripts/train.ts) and the scorer share it.
import { entropy, type DomainParts } from './domain-parts.js'
import { letterMeasures } from './letter-model.js'

/** Rows of the table of pieces. */
export const BUCKETS = 16_384
/** Measures beside the pieces. */
export const DENSE = 24
const MAX_LABEL = 40
const COMMON = new Set(['com', 'net', 'org', 'cn', 'com.cn', 'edu', 'gov', 'de', 'uk', 'co.uk', 'jp', 'fr', 'ru', 'io'])

/** Buckets of the pieces of one to four letters, with the ends marked, and of the suffix. */
export function pieces({ label, suffix, shared }: DomainParts): number[] {
  const text = `^${label.slice(0, MAX_LABEL)}$`
  const out: number[] = []
  for (let at = 0; at < text.length; at++) {
    let hash = 0x811c9dc5
    for (let n = 0; n < 4 && at + n < text.length; n++) {
      hash = Math.imul(hash ^ text.charCodeAt(at + n), 0x01000193) >>> 0
      out.push((hash ^ (hash >>> 15)) & (BUCKETS - 1))
    }
  }
  out.push(bucketOf(shared ? '.shared' : `.${suffix}`))
  return out
}

function bucketOf(text: string): number {
  let hash = 0x9747b28c
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0
  return (hash ^ (hash >>> 15)) & (BUCKETS - 1)
}

/** Each roughly between 0 and 1; `rarity` is that of letter-model.ts. */
export function measures({ label, suffix, sub, shared }: DomainParts, rarity: (triple: number) => number): number[] {
  const length = Math.min(label.length, 63)
  let digits = 0
  let vowels = 0
  let hyphens = 0
  let consonants = 0
  let longest = 0
  let alternations = 0
  let changes = 0
  let hex = 0
  let previous = ''
  for (const sign of label) {
    const kind = sign >= '0' && sign <= '9' ? 'd' : 'aeiouy'.includes(sign) ? 'v' : sign === '-' || sign === '_' ? '-' : 'c'
    if (kind === 'd') digits++
    if (kind === 'v') vowels++
    if (kind === '-') hyphens++
    if (kind === 'd' || (sign >= 'a' && sign <= 'f')) hex++
    consonants = kind === 'c' ? consonants + 1 : 0
    longest = Math.max(longest, consonants)
    if ((previous === 'v' && kind === 'c') || (previous === 'c' && kind === 'v')) alternations++
    if ((previous === 'd') !== (kind === 'd') && previous !== '') changes++
    previous = kind
  }
  const letters = Math.max(1, length - digits - hyphens)
  return [
    length / 20,
    Math.max(0, length - 12) / 20,
    Math.max(0, 7 - length) / 7,
    vowels / letters,
    digits / length,
    hyphens / 4,
    longest / 8,
    alternations / Math.max(1, length - 1),
    changes / 6,
    hex / length,
    entropy(label) / 4.5,
    new Set(label).size / length,
    Math.min(sub.length, 5) / 4,
    shared ? 1 : 0,
    COMMON.has(suffix) ? 1 : 0,
    suffix.includes('.') && !shared ? 1 : 0,
    ...letterMeasures(label, rarity),
  ]
}
