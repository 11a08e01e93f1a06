// How usual the letters of a name follow each other in ordinary names: a letter model of order three. Learned by scripts/training, read by the DGA net.

/** a–z, 0–9, hyphen, and the end; the start is the end as a context. */
const SIGNS = 38
const END = 37
export const TRIPLES = SIGNS ** 3

/** Codes of the letters with two starts before and the end behind; what is no letter, digit or hyphen counts as a hyphen. */
export function codes(label: string): number[] {
  const out = [END, END]
  for (let at = 0; at < label.length; at++) {
    const code = label.charCodeAt(at)
    out.push(code >= 97 && code <= 122 ? code - 97 : code >= 48 && code <= 57 ? code - 22 : 36)
  }
  out.push(END)
  return out
}

export function tripleAt(of: readonly number[], at: number): number {
  return (of[at]! * SIGNS + of[at + 1]!) * SIGNS + of[at + 2]!
}

/** Measures of unusualness, each roughly between 0 and 1; `rarity` gives how unusual (0–255) one triple is. */
export function letterMeasures(label: string, rarity: (triple: number) => number): number[] {
  const of = codes(label)
  const count = of.length - 2
  let sum = 0
  let worst = 0
  let odd = 0
  let very = 0
  let run = 0
  let longest = 0
  const values: number[] = []
  for (let at = 0; at < count; at++) {
    const value = rarity(tripleAt(of, at)) / 255
    values.push(value)
    sum += value
    if (value > 0.4) odd++
    if (value > 0.55) very++
    run = value > 0.4 ? run + 1 : 0
    longest = Math.max(longest, run)
    if (at >= 4) worst = Math.max(worst, (value + values[at - 1]! + values[at - 2]! + values[at - 3]! + values[at - 4]!) / 5)
  }
  return [(sum / count) * 2, sum / 12, worst, odd / count, odd / 12, very / count, very / 8, longest / 10]
}

/** Counts of what follows what, from which the rarities come. Only the trainer holds one. */
export class LetterCounts {
  private readonly three = new Float64Array(TRIPLES)
  private readonly two = new Float64Array(SIGNS ** 2)
  private readonly one = new Float64Array(SIGNS)
  private readonly afterTwo = new Float64Array(SIGNS ** 2)
  private readonly afterOne = new Float64Array(SIGNS)
  private total = 0

  /** @param weight negative takes a name back, so that it can be measured as if it had never been seen */
  add(label: string, weight = 1): void {
    const of = codes(label)
    for (let at = 0; at < of.length - 2; at++) {
      const [a, b, c] = [of[at]!, of[at + 1]!, of[at + 2]!]
      this.three[(a * SIGNS + b) * SIGNS + c]! += weight
      this.afterTwo[a * SIGNS + b]! += weight
      this.two[b * SIGNS + c]! += weight
      this.afterOne[b]! += weight
      this.one[c]! += weight
      this.total += weight
    }
  }

  /** 0 for what nearly always follows, 255 for one in e¹². */
  rarity(triple: number): number {
    const c = triple % SIGNS
    const b = Math.floor(triple / SIGNS) % SIGNS
    const a = Math.floor(triple / SIGNS ** 2)
    const p1 = (this.one[c]! + 0.5) / (this.total + SIGNS / 2)
    const p2 = (this.two[b * SIGNS + c]! + 12 * p1) / (this.afterOne[b]! + 12)
    const p3 = (this.three[triple]! + 8 * p2) / (this.afterTwo[a * SIGNS + b]! + 8)
    return Math.min(255, Math.max(0, Math.round((-Math.log(p3) / 12) * 255)))
  }
}
