// Compares secrets without telling by the time it takes how much of a guess was right; subscribing robots and gettoken use it.
import { timingSafeEqual } from 'node:crypto'

export function sameText(expected: string, given: string): boolean {
  const a = Buffer.from(expected)
  const b = Buffer.from(given)
  return a.length === b.length && timingSafeEqual(a, b)
}
