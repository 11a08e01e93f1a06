// Loaded content to what the detection models work with; called by app/roles/worker.ts once per process.
import type { ModelMaterials } from './define-model.js'
import type { Indicator } from './indicators/indicator.js'
import { IntelBook } from './indicators/intel-book.js'
import type { WarningList } from './indicators/warning-lists.js'
import { compileRules } from './sigma/compile-rules.js'

export interface MaterialFault {
  /** The rule's file, or the indicator's source. */
  readonly file: string
  /** The rule's id or title, or the indicator's value. */
  readonly what?: string
  readonly problem: string
}

/** Never throws: what cannot be used is left out and named. @param book of the process, when it has one */
export function makeMaterials(
  content: {
    readonly rules: readonly { readonly file: string; readonly text: string }[]
    readonly indicators: readonly Indicator[]
    readonly warnings?: readonly WarningList[]
  },
  book = new IntelBook(content),
): { materials: ModelMaterials; faults: MaterialFault[] } {
  const { ruleSet, refused } = compileRules(content.rules)
  return {
    materials: { rules: ruleSet, indicators: book.lookup, warnings: book.warnings },
    faults: [
      ...refused.map(({ file, id, title, reason }) => ({ file, problem: reason, ...named(id ?? title) })),
      ...book.refused.map(({ indicator, problem }) => ({ file: indicator.source, problem, ...named(indicator.value) })),
      ...book.warnings.refused.map(({ list, value }) => ({ file: list, problem: '不是地址、网段或域名', ...named(value) })),
    ],
  }
}

function named(what: string | undefined): { what?: string } {
  return what === undefined ? {} : { what: what.slice(0, 200) }
}
