// What a format makes of a line, and why another did not; made by format-set.ts and generic.ts, read by normalise.
import type { EventDraft } from '../define-parser.js'

export interface Understood {
  /** Format and shape, `fortinet-fortigate#traffic`. */
  readonly id: string
  readonly vendor: string | undefined
  readonly product: string | undefined
  readonly dataset: string
  readonly draft: EventDraft
}
/** Why a format that looked right was not. */
export interface NearMiss {
  readonly id: string
  readonly why: string
}
