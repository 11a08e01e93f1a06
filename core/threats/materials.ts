// Loaded content to what the detection models work with, once; used by tests and tools, the product keeps a rule-library.ts.
import type { ModelMaterials } from './define-model.js'
import { IntelBook } from './indicators/intel-book.js'
import { RuleLibrary, type Content, type ContentProblem } from './rule-library.js'

export type MaterialFault = ContentProblem

/** Never throws: what cannot be used is left out and named. */
export function makeMaterials(content: Omit<Content, 'faults'>): { materials: ModelMaterials; faults: readonly MaterialFault[] } {
  const library = new RuleLibrary({}, new IntelBook())
  const { problems } = library.load({ ...content, faults: [] }, '')
  return { materials: library.materials, faults: problems }
}
