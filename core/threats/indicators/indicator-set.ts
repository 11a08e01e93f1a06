// A list of indicators ready for look-up; made of the content folder by materials.ts, and by tests.
import { IndexBuilder } from './index-builder.js'
import { IndicatorIndex } from './indicator-index.js'
import type { HashType, Indicator, IndicatorLookup } from './indicator.js'

export interface RefusedIndicator {
  readonly indicator: Indicator
  readonly problem: string
}

export class IndicatorSet implements IndicatorLookup {
  private readonly index: IndicatorIndex
  /** The first hundred: enough to see what is wrong with a list. */
  readonly refused: RefusedIndicator[] = []

  /** Of two indicators with the same type and value the later one counts: an operator's own lie over those shipped. */
  constructor(indicators: Iterable<Indicator> = []) {
    const builder = new IndexBuilder(0)
    for (const indicator of indicators) {
      const problem = builder.add(indicator)
      if (problem !== undefined && this.refused.length < 100) this.refused.push({ indicator, problem })
    }
    this.index = new IndicatorIndex(builder.finish())
  }

  get size(): number {
    return this.index.size
  }
  address(ip: string, port?: number): Indicator[] {
    return this.index.address(ip, port)
  }
  domain(name: string): Indicator[] {
    return this.index.domain(name)
  }
  url(url: string): Indicator[] {
    return this.index.url(url)
  }
  hash(type: HashType, value: string): Indicator[] {
    return this.index.hash(type, value)
  }
}
