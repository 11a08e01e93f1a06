// What an event must have for a rule to match at all: lets the rule set skip rules without trying them. Never claims more than is certain.

/** One way to be possible; `undefined` needs mean "always try". */
export type Need =
  | { readonly kind: 'equals'; readonly field: string; readonly text: string }
  /** The piece after the last `\` or `/` is this text. */
  | { readonly kind: 'tail'; readonly field: string; readonly text: string }
  | { readonly kind: 'number'; readonly field: string; readonly value: number }
  | { readonly kind: 'present'; readonly field: string }

/** At least one of them must hold. */
export type Needs = readonly Need[] | undefined

/** Of several conditions that must all hold the most selective one is enough. */
export function needsOfAll(parts: readonly Needs[]): Needs {
  let best: Needs
  for (const part of parts) if (part !== undefined && (best === undefined || cost(part) < cost(best))) best = part
  return best
}

/** Of several conditions one of which must hold all ways stay open. */
export function needsOfAny(parts: readonly Needs[]): Needs {
  const all: Need[] = []
  for (const part of parts) {
    if (part === undefined) return undefined
    for (const need of part) all.push(need)
  }
  return all
}

/** Text after the last path separator. */
export function tailOf(text: string): string {
  return text.slice(Math.max(text.lastIndexOf('\\'), text.lastIndexOf('/')) + 1)
}

const weight = { equals: 2, tail: 1, number: 3, present: 1_000 }

function cost(needs: readonly Need[]): number {
  let sum = 0
  for (const need of needs) sum += weight[need.kind]
  return sum
}
