// One disposal's act on one device, whatever the action: the only shape the executor knows. Made by acts/index.ts.
import type { ActReceipt, Before, Look } from '../../ports/act.js'

export interface Act {
  /** Reads what undoing will need; asked once, stored before the device is touched. */
  before?(): Promise<Before>
  /** May be repeated. @param secondsLeft of the lease; null when it is none */
  perform(before: Before, secondsLeft: number | null): Promise<ActReceipt>
  /** Looks at the device itself. */
  look(before: Before): Promise<Look>
  /** Absent: the action cannot be undone. May be repeated. */
  undo?(before: Before): Promise<ActReceipt>
}
