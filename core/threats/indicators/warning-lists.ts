// What is no indicator whatever a list says (private networks, public resolvers, the biggest names), and what is shared by many (CDNs, clouds):
// a hit there weighs less. Loaded from content/warning-lists, asked by models/intel-match.ts and by `查` once something was found.
import { IndexBuilder } from './index-builder.js'
import { IndicatorIndex } from './indicator-index.js'
import { canonicalValue } from './canonical-value.js'
import type { Indicator } from './indicator.js'

/** `ignore`: never a hit. `shared`: strength times 0.3 (domain.md 10.2, M1). */
export const warningEffects = ['ignore', 'shared'] as const
export type WarningEffect = (typeof warningEffects)[number]

export interface WarningList {
  readonly name: string
  readonly effect: WarningEffect
  /** Addresses and networks. */
  readonly networks: readonly string[]
  /** A name means itself; with `*.` before it also what lies below. */
  readonly domains: readonly string[]
}

export interface Warning {
  readonly list: string
  readonly effect: WarningEffect
}

/** Part of the full strength that a hit on something shared has. */
export const SHARED_WEIGHT = 0.3
const BELOW = 'below'

export class WarningLists {
  private readonly index: IndicatorIndex
  /** Entries that are neither address, network nor name. */
  readonly refused: { readonly list: string; readonly value: string }[] = []

  constructor(lists: readonly WarningList[] = []) {
    const builder = new IndexBuilder(0)
    // Of what stands in several lists the gravest effect counts: it comes last.
    for (const effect of [...warningEffects].reverse())
      for (const list of lists.filter(one => one.effect === effect))
        for (const { type, value, family } of entriesOf(list))
          if (builder.add({ type, value, source: list.name, note: effect, kind: 'c2', confidence: 1, ...(family ? { family } : {}) }))
            this.refused.push({ list: list.name, value: value.slice(0, 100) })
    this.index = new IndicatorIndex(builder.finish())
  }

  get size(): number {
    return this.index.size
  }

  /** Also for an indicator that stands for more than was observed: a network that holds a public resolver does not make that one bad. */
  about(indicator: Indicator, observed?: string): Warning | undefined {
    const values = observed === undefined ? [indicator.value] : [indicator.value, observed]
    const found = values.flatMap(value => this.entries(indicator, value))
    return found.find(warning => warning.effect === 'ignore') ?? found[0]
  }

  private entries({ type }: Indicator, value: string): Warning[] {
    switch (type) {
      case 'ipv4':
      case 'ipv6':
      case 'cidr':
        return this.index.address(value.split('/', 1)[0]!).map(toWarning)
      case 'ipv4:port':
      case 'ipv6:port':
        return this.index.address(value.includes(']') ? value.slice(1, value.indexOf(']')) : value.split(':')[0]!).map(toWarning)
      case 'domain': {
        const name = canonicalValue('domain', value) ?? value
        return this.index
          .domain(name)
          .filter(entry => entry.family === BELOW || entry.value === name)
          .map(toWarning)
      }
      // A page of a big site may well be bad, and a file is itself.
      case 'url':
      case 'md5':
      case 'sha1':
      case 'sha256':
        return []
    }
  }
}

function toWarning(entry: Indicator): Warning {
  return { list: entry.source, effect: entry.note as WarningEffect }
}

function entriesOf(list: WarningList): { type: Indicator['type']; value: string; family?: string }[] {
  return [
    ...list.networks.map(value => {
      const type = value.includes('/') ? ('cidr' as const) : value.includes(':') ? ('ipv6' as const) : ('ipv4' as const)
      return { type, value }
    }),
    ...list.domains.map(value => ({ type: 'domain' as const, value, ...(value.startsWith('*.') ? { family: BELOW } : {}) })),
  ]
}
