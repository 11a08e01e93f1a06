// What the judge of a request says; read by the model web-attack.
import type { WebAttackClass } from './attack-class.js'

export interface WebVerdict {
  readonly kind: WebAttackClass
  /** Of the signs found, the heaviest first. */
  readonly signs: readonly string[]
  /** Where: `path`, a parameter's name, `user agent`, … */
  readonly where: string
  /** As it was read, at most 120 characters; not fit to be shown unescaped. */
  readonly payload: string
}
