// Loaded content to what the detection models work with; called by app/roles/worker.ts once per process.
import type { ModelMaterials } from './define-model.js'
import type { Indicator } from './indicators/indicator.js'
import { IndicatorSet } from './indicators/indicator-set.js'
import { LayeredLookup } from './indicators/layered-lookup.js'
import { WarningLists, type WarningList } from './indicators/warning-lists.js'
import { compileRules } from './sigma/compile-rules.js'

export interface MaterialFault {
  /** The rule's file, or the indicator's source. */
  readonly file: string
  /** The rule's id or title, or the indicator's value. */
  readonly what?: string
  readonly problem: string
}

/** Never throws: what cannot be used is left out and named. */
export function makeMaterials(content: {
  readonly rules: readonly { readonly file: string; readonly text: string }[]
  readonly indicators: readonly Indicator[]
  readonly warnings?: readonly WarningList[]
}): { materials: ModelMaterials & { readonly indicators: LayeredLookup; readonly warnings: WarningLists }; faults: MaterialFault[] } {
  const { ruleSet, refused } = compileRules(content.rules)
  const indicators = new IndicatorSet(content.indicators)
  const warnings = new WarningLists(content.warnings)
  return {
    materials: { rules: ruleSet, indicators: new LayeredLookup(indicators), warnings },
    faults: [
      ...refused.map(({ file, id, title, reason }) => ({ file, problem: reason, ...named(id ?? title) })),
      ...indicators.refused.map(({ indicator, problem }) => ({ file: indicator.source, problem, ...named(indicator.value) })),
      ...warnings.refused.map(({ list, value }) => ({ file: list, problem: '不是地址、网段或域名', ...named(value) })),
    ],
  }
}

function named(what: string | undefined): { what?: string } {
  return what === undefined ? {} : { what: what.slice(0, 200) }
}
