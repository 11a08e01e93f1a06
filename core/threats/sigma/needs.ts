// What an event must hold for a rule to match at all: made by entry.ts, chosen from by rule-set.ts so that it may skip rules untried.
// Never claims more than is certain: a rule without needs is always tried.

/** Texts are folded; field '' stands for every value of the event (keywords). */
export type Need =
  | { readonly kind: 'equals'; readonly field: string; readonly text: string }
  /** Found in the value, at its very start or end where so marked. */
  | { readonly kind: 'piece'; readonly field: string; readonly text: string; readonly start: boolean; readonly end: boolean }
  | { readonly kind: 'number'; readonly field: string; readonly value: number }
  | { readonly kind: 'present'; readonly field: string }

export type Needs =
  Need | { readonly kind: 'all'; readonly parts: readonly Needs[] } | { readonly kind: 'any'; readonly parts: readonly Needs[] } | undefined

/** Conditions that must all hold: each of them is a need, the rule set takes the most telling one. */
export function needsOfAll(parts: readonly Needs[]): Needs {
  const known = parts.filter(part => part !== undefined)
  return known.length <= 1 ? known[0] : { kind: 'all', parts: known }
}

/** Conditions one of which must hold: all ways stay open. */
export function needsOfAny(parts: readonly Needs[]): Needs {
  if (parts.includes(undefined)) return undefined
  return parts.length === 1 ? parts[0] : { kind: 'any', parts }
}

const NOTHING_SEEN: ReadonlyMap<string, number> = new Map()

/** How often each need is named by rules: what many rules name (`\cmd.exe`) is common in events too, and tells little. */
export class NeedCounts {
  private readonly counts = new Map<string, number>()

  add(needs: Needs): void {
    for (const need of atomsOf(needs)) {
      const key = keyOf(need)
      this.counts.set(key, (this.counts.get(key) ?? 0) + 1)
    }
  }

  /**
   * At least one of the result holds in every event the rule matches; undefined: always try.
   * @param seen how many times dearer than expected a need, by `keyOf`, has turned out to be
   */
  choose(needs: Needs, seen: ReadonlyMap<string, number> = NOTHING_SEEN): readonly Need[] | undefined {
    return this.cheapest(needs, seen)?.chosen
  }

  private cheapest(
    needs: Needs,
    seen: ReadonlyMap<string, number>,
  ): { readonly chosen: readonly Need[]; readonly cost: number } | undefined {
    if (needs === undefined) return undefined
    if (needs.kind === 'all') {
      let best: { readonly chosen: readonly Need[]; readonly cost: number } | undefined
      for (const part of needs.parts) {
        const found = this.cheapest(part, seen)
        if (found !== undefined && (best === undefined || found.cost < best.cost)) best = found
      }
      return best
    }
    if (needs.kind === 'any') {
      const chosen: Need[] = []
      let cost = 0
      for (const part of needs.parts) {
        const found = this.cheapest(part, seen)
        if (found === undefined) return undefined
        for (const need of found.chosen) chosen.push(need)
        cost += found.cost
      }
      return { chosen, cost }
    }
    const key = keyOf(needs)
    return { chosen: [needs], cost: rarity(needs) * (1 + (this.counts.get(key) ?? 0)) * (seen.get(key) ?? 1) }
  }
}

function* atomsOf(needs: Needs): Generator<Need> {
  if (needs === undefined) return
  if (needs.kind === 'all' || needs.kind === 'any') for (const part of needs.parts) yield* atomsOf(part)
  else yield needs
}

export function keyOf(need: Need): string {
  if (need.kind === 'present') return `p ${need.field}`
  return need.kind === 'number' ? `n ${need.field} ${need.value}` : `t ${need.field} ${need.text}`
}

/** Rough odds of a need to hold by chance, by the length of its text; only the order matters. */
const PIECE = [100_000, 300, 120, 40, 14, 9, 7, 6, 5, 5, 4, 4, 3, 3, 3, 3]
const EQUALS = [50, 40, 20, 10, 4, 3, 2, 2]

function rarity(need: Need): number {
  switch (need.kind) {
    case 'present':
      return 2_000
    case 'number':
      return 20
    case 'equals':
      return EQUALS[need.text.length] ?? 1
    case 'piece': {
      const odds = PIECE[need.text.length] ?? 2
      // Looking through every value of an event is dearer than looking at one field.
      return need.field === '' ? odds * 20 : odds
    }
  }
}
