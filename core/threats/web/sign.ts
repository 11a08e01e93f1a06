// The shape of a sign of an attack; declared in attack-signs.ts and command-signs.ts.
import type { WebAttackClass } from './attack-class.js'

/** A pattern over the decoded text; patterns look at lower case, and none can take more than linear time on bounded text. */
export interface Sign {
  readonly id: string
  readonly kind: WebAttackClass
  /** 1 is enough by itself. */
  readonly weight: number
  readonly pattern: RegExp
  /** Looked for with the shell's ignored characters taken out. */
  readonly on?: 'bare'
}
