// The shape of a payload parser and the way to declare one; every file in parsers/ uses it, normalise walks the list.
import type { EcsEvent } from '../events/event.js'
import type { Envelope } from './envelope.js'

type Loose<T> = T extends readonly unknown[] | string | number | boolean | null
  ? T
  : T extends object
    ? { [K in keyof T]?: Loose<T[K]> | undefined }
    : T

/** The part of an event a parser has understood; `undefined` values and empty objects are left out of the event. */
export type EventDraft = Loose<EcsEvent>

export interface Parser {
  /** Unique; the file's name. */
  readonly id: string
  /** Who makes what wrote the line; goes to `observer.vendor`. Absent for formats anyone may write. */
  readonly vendor?: string
  /** Goes to `observer.product`. */
  readonly product?: string
  /** `event.dataset` unless the draft names another. */
  readonly dataset: string
  /** Asked only when no format knew the line: knows the notation, not the product. */
  readonly late?: boolean
  /** Whole lines, envelope included: what must be recognised, and near misses that must be left to others. */
  readonly samples: { readonly parses: readonly string[]; readonly ignores: readonly string[] }
  /**
   * Understands `message` or returns null. Pure, in time linear to the message, never throws. `message` has no control characters and
   * at most 65,536 characters; all of it may be forged by whoever can make the program log a line.
   */
  parse(message: string, envelope: Envelope): EventDraft | null
}

/** Declares a payload parser; put it into the list in `parsers/index.ts`. */
export function defineParser(parser: Parser): Parser {
  return parser
}
