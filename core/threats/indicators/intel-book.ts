// What is known about indicators in this process: content's, the feeds' (replaced while running), and the warning lists. One per process, shared
// by all tenants; made by app/intel.ts, used by the models and by intel-desk.ts.
import type { Indicator } from './indicator.js'
import { IndicatorSet, type RefusedIndicator } from './indicator-set.js'
import { LayeredLookup } from './layered-lookup.js'
import { WarningLists, type WarningList } from './warning-lists.js'

export class IntelBook {
  readonly lookup: LayeredLookup
  readonly warnings: WarningLists
  /** Indicators of the content that could not be used. */
  readonly refused: readonly RefusedIndicator[]

  constructor(content: { readonly indicators?: readonly Indicator[]; readonly warnings?: readonly WarningList[] } = {}) {
    const own = new IndicatorSet(content.indicators)
    this.lookup = new LayeredLookup(own)
    this.warnings = new WarningLists(content.warnings)
    this.refused = own.refused
  }
}
