// Makes names as algorithms of malware do: thousands of invented families, each with its own alphabet, lengths, words and endings. Used by train-dga.ts.
// The kinds are what public descriptions of such algorithms have in common; no name and no list of any real one is in here.
import type { SeededRandom } from './seeded-random.js'

type Family = () => string

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const DIGITS = '0123456789'
const VOWELS = 'aeiouy'
const CONSONANTS = 'bcdfghjklmnpqrstvwxz'
/** Endings that such names were registered under, the usual ones more often. */
const ENDINGS =
  'com com com com com com com com net net net net net org org org org info info info biz biz biz ru ru cc cn tk pw top top xyz xyz club in eu eu su me us kz ws tv tw jp de nl co.uk uk co.za com.tr com.br com.ar com.mx in.net es it fr pl nf so la im ga ml cf gq cx sx tj mn ms ki ug sc sh mu mx ac ac bit bazar coin lib emc news name name pro mobi asia online site website space store tech live click link shop host hosting fun icu work win bid loan men stream download racing review party trade date science webcam cricket accountant faith space feedback tickets blackfriday support today life world network systems services'.split(
    ' ',
  )
const PROVIDERS =
  'ddns.net dyndns.org mooo.com yi.org dynserv.com duckdns.org no-ip.org hopto.org zapto.org myftp.org github.io 3322.org dynu.net us.to servebeer.com chickenkiller.com'.split(
    ' ',
  )

/** Families of one kind; the name of a kind is what a hold-out names. */
const kinds: Readonly<Record<string, { readonly weight: number; make(random: SeededRandom, words: readonly string[]): Family }>> = {
  letters: {
    weight: 14,
    make(random) {
      const alphabet = random.next() < 0.6 ? LETTERS : some(random, LETTERS, random.whole(8, 22))
      const size = lengths(random, 5, 26)
      return () => text(random, alphabet, size())
    },
  },
  'letters-and-digits': {
    weight: 8,
    make(random) {
      const alphabet =
        random.next() < 0.6 ? LETTERS + DIGITS : some(random, LETTERS, random.whole(8, 24)) + some(random, DIGITS, random.whole(2, 8))
      const size = lengths(random, 6, 30)
      return () => text(random, alphabet, size())
    },
  },
  hex: {
    weight: 4,
    make(random) {
      const size = lengths(random, 8, 32)
      const lead = random.next() < 0.2 ? text(random, LETTERS, random.whole(1, 3)) : ''
      return () => lead + text(random, `${DIGITS}abcdef`, size())
    },
  },
  skewed: {
    weight: 7,
    make(random) {
      // A poor generator of random numbers prefers some letters.
      const alphabet = [...LETTERS].map(letter => letter.repeat(Math.ceil(12 * random.next() ** 2))).join('')
      const size = lengths(random, 6, 20)
      return () => text(random, alphabet, size())
    },
  },
  syllables: {
    weight: 12,
    make(random) {
      const vowels = random.next() < 0.5 ? VOWELS : some(random, VOWELS, random.whole(3, 6))
      const consonants = random.next() < 0.5 ? CONSONANTS : some(random, CONSONANTS, random.whole(6, 16))
      const slip = random.next() ** 2 * 0.35
      const size = lengths(random, 5, 16)
      return () => {
        let out = ''
        let vowel = random.next() < 0.5
        for (let n = size(); n > 0; n--) {
          out += random.pick(vowel ? vowels : consonants)
          if (random.next() >= slip) vowel = !vowel
        }
        return out
      }
    },
  },
  chained: {
    weight: 5,
    make(random) {
      const next = new Map([...LETTERS].map(letter => [letter, text(random, LETTERS, random.whole(2, 6))]))
      const size = lengths(random, 6, 18)
      return () => {
        let out = random.pick(LETTERS)
        for (let n = size(); n > 1; n--) out += random.pick(next.get(out.at(-1)!)!)
        return out
      }
    },
  },
  affixes: {
    weight: 7,
    make(random) {
      const part = (low: number, high: number) => syllable(random, random.whole(low, high))
      const heads = Array.from({ length: random.whole(8, 30) }, () => (random.next() < 0.5 ? random.pick(HEADS) : part(2, 5)))
      const tails = Array.from({ length: random.whole(8, 30) }, () => (random.next() < 0.5 ? random.pick(TAILS) : part(2, 5)))
      const most = random.whole(1, 3)
      const word = () => random.pick(heads) + part(1, 5) + (random.next() < 0.85 ? random.pick(tails) : '')
      return () => Array.from({ length: random.whole(1, most) }, word).join(random.next() < 0.9 ? '-' : '')
    },
  },
  words: {
    weight: 18,
    make(random, words) {
      const invented = random.next() < 0.25
      const own = Array.from({ length: random.whole(40, 1500) }, () => (invented ? latinate(random) : random.pick(words)))
      const most = random.whole(2, 4)
      const glue = random.next() < 0.15 ? '-' : ''
      const mixed = random.next() < 0.3
      const cap = random.next() < 0.3 ? random.whole(12, 24) : 63
      const number = random.next() < 0.12
      return () =>
        Array.from({ length: random.whole(2, most) }, () => random.pick(own))
          .join(mixed && random.next() < 0.5 ? '-' : glue)
          .slice(0, cap) + (number ? String(random.whole(1, 9999)) : '')
    },
  },
  'fixed-tail': {
    weight: 5,
    make(random, words) {
      const tail = random.next() < 0.5 ? random.pick(words) + random.pick(words) : text(random, LETTERS, random.whole(4, 10))
      const end = tail.slice(random.whole(0, 2))
      const head = random.whole(2, 5)
      return () => text(random, LETTERS, head) + end
    },
  },
  numbered: {
    weight: 2,
    make(random, words) {
      const stem = random.pick(words) + (random.next() < 0.5 ? syllable(random, random.whole(2, 4)) : '')
      const digits = random.whole(2, 5)
      return () => stem + text(random, DIGITS, digits)
    },
  },
  coded: {
    weight: 3,
    make(random) {
      const stamp = random.next() < 0.5
      return () => {
        const plain = stamp
          ? `${String(random.whole(1, 28)).padStart(2, '0')}${String(random.whole(1, 12)).padStart(2, '0')}${random.whole(2008, 2026)}${text(random, DIGITS, random.whole(0, 3))}`
          : text(random, DIGITS + LETTERS, random.whole(6, 12))
        return btoa(plain).replaceAll(/[=+/]/g, random.pick('axz')).toLowerCase()
      }
    },
  },
  shuffled: {
    weight: 2,
    make(random) {
      const letters = some(random, LETTERS, random.whole(3, 8))
      const size = lengths(random, 5, 10)
      return () => text(random, letters, size())
    },
  },
}

const HEADS =
  'pre un re de dis over under inter trans ultra micro semi sub super anti non multi mono poly mega mini auto co ex im in ir il'.split(' ')
const TAILS = 'tion able ity ing ness ment ance ancy ive ful less ious ation ish ize ly ery ism ist al ed er or ic ence ent ant'.split(' ')

/** @param heldOut kinds that are left out, to measure how the net does on what it never saw */
export function generatedNames(count: number, random: SeededRandom, words: readonly string[], heldOut: readonly string[] = []): string[] {
  const bag = Object.entries(kinds).flatMap(([name, { weight, make }]) =>
    heldOut.includes(name) ? [] : Array.from({ length: weight }, () => make),
  )
  const names = new Set<string>()
  while (names.size < count) {
    const family = random.pick(bag)(random, words)
    const provided = random.next() < 0.07
    const endings = Array.from({ length: random.whole(1, 8) }, () => random.pick(provided ? PROVIDERS : ENDINGS))
    const lead = random.next() < 0.03 ? `${random.pick(['www', 'app', 'update', 'api', 'cdn', 'm', 'x'])}.` : ''
    for (let n = 0; n < 20; n++) {
      const label = family()
        .slice(0, 63)
        .replace(/^-+|-+$/g, '')
      if (label.length >= 5) names.add(`${lead}${label}.${random.pick(endings)}`)
    }
  }
  return [...names].slice(0, count)
}

export const generatedKinds: readonly string[] = Object.keys(kinds)

function text(random: SeededRandom, alphabet: string, length: number): string {
  let out = ''
  for (let n = 0; n < length; n++) out += random.pick(alphabet)
  return out
}

function some(random: SeededRandom, alphabet: string, count: number): string {
  return random
    .shuffle([...alphabet])
    .slice(0, count)
    .join('')
}

function lengths(random: SeededRandom, low: number, high: number): () => number {
  const least = random.whole(low, high)
  const most = random.next() < 0.4 ? least : random.whole(least, Math.min(high, least + 12))
  return () => random.whole(least, most)
}

function syllable(random: SeededRandom, length: number): string {
  let out = ''
  let vowel = random.next() < 0.5
  for (let n = 0; n < length; n++, vowel = !vowel) out += random.pick(vowel ? 'aeiou' : CONSONANTS)
  return out
}

/** A word as of an old book in Latin: syllables and an ending of its grammar. */
function latinate(random: SeededRandom): string {
  const ends = 'um us is em am orum arum ibus tis tur tio tione tem re it at ent ant unt a o i e ae'.split(' ')
  let out = random.next() < 0.4 ? random.pick('aeiou') : ''
  for (let n = random.whole(1, 3); n > 0; n--)
    out += random.pick('bcdfglmnpqrstv').replace('q', 'qu') + random.pick('aeiou') + (random.next() < 0.3 ? random.pick('lmnrstc') : '')
  return out + random.pick(ends)
}
