// Loaded content to what the detection models work with; called by app/roles/worker.ts once per process.
import type { ModelMaterials } from './define-model.js'
import type { Indicator } from './indicators/indicator.js'
import { IndicatorSet } from './indicators/indicator-set.js'
import { DgaNet } from './learned/dga-net.js'
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
  /** The trained net of content/models/dga.json. */
  readonly dga?: unknown
}): { materials: ModelMaterials; faults: MaterialFault[] } {
  const { ruleSet, refused } = compileRules(content.rules)
  const indicators = new IndicatorSet(content.indicators)
  const net = loadNet(content.dga)
  return {
    materials: { rules: ruleSet, indicators, ...(net.dga === undefined ? {} : { dga: net.dga }) },
    faults: [
      ...refused.map(({ file, id, title, reason }) => ({ file, problem: reason, ...named(id ?? title) })),
      ...net.faults,
      ...indicators.refused.map(({ indicator, problem }) => ({ file: indicator.source, problem, ...named(indicator.value) })),
    ],
  }
}

function loadNet(value: unknown): { dga?: DgaNet; faults: MaterialFault[] } {
  if (value === undefined) return { faults: [] }
  try {
    return { dga: DgaNet.load(value), faults: [] }
  } catch (error) {
    return { faults: [{ file: 'models/dga.json', problem: error instanceof Error ? error.message.slice(0, 300) : String(error) }] }
  }
}

function named(what: string | undefined): { what?: string } {
  return what === undefined ? {} : { what: what.slice(0, 200) }
}
