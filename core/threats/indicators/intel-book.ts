// What is known about indicators in this process: content's, the feeds' (both replaced while running), and the warning lists. One per process,
// shared by all tenants; made by app/knowledge.ts, filled by rule-library.ts, used by the models and by intel-desk.ts.
import type { Indicator } from './indicator.js'
import { IndicatorSet, type RefusedIndicator } from './indicator-set.js'
import { LayeredLookup } from './layered-lookup.js'
import { WarningLists, type WarningList } from './warning-lists.js'

export interface BookContent {
  readonly indicators?: readonly Indicator[]
  readonly warnings?: readonly WarningList[]
}

export class IntelBook {
  readonly lookup: LayeredLookup
  private own: { readonly warnings: WarningLists; readonly refused: readonly RefusedIndicator[] }

  constructor(content: BookContent = {}) {
    const set = new IndicatorSet(content.indicators)
    this.lookup = new LayeredLookup(set)
    this.own = { warnings: new WarningLists(content.warnings), refused: set.refused }
  }

  get warnings(): WarningLists {
    return this.own.warnings
  }

  /** Indicators of the content that could not be used. */
  get refused(): readonly RefusedIndicator[] {
    return this.own.refused
  }

  /** The content as it is now; the feeds' layers stay. */
  load(content: BookContent): void {
    const set = new IndicatorSet(content.indicators)
    this.lookup.replaceOwn(set)
    this.own = { warnings: new WarningLists(content.warnings), refused: set.refused }
  }
}
