// Loaded content to what the detection models work with; called by app/roles/worker.ts once per process.
import type { ModelMaterials } from './define-model.js'
import type { Indicator } from './indicators/indicator.js'
import { IndicatorSet } from './indicators/indicator-set.js'
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
}): { materials: ModelMaterials; faults: MaterialFault[] } {
  const { ruleSet, refused } = compileRules(content.rules)
  const indicators = new IndicatorSet(content.indicators)
  return {
    materials: { rules: ruleSet, indicators },
    faults: [
      ...refused.map(({ file, id, title, reason }) => ({ file, problem: reason, ...named(id ?? title) })),
      ...indicators.refused.map(({ indicator, problem }) => ({ file: indicator.source, problem, ...named(indicator.value) })),
    ],
  }
}

function named(what: string | undefined): { what?: string } {
  return what === undefined ? {} : { what: what.slice(0, 200) }
}
