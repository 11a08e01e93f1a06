// The identity of a foreign alert: what its product calls it, or a hash of what makes it this alert; used by the splitter and the parsers.
import { createHash } from 'node:crypto'

const PLAIN = /^[\w.:-]{1,64}$/
const LENGTH = 32

/** The product's own id if it can be a key as it is, else its hash. */
export function plainFingerprint(id: string): string {
  return PLAIN.test(id) ? id : hashed(id)
}

/** Of labels in any order; the same for the same labels on every machine and in every version. */
export function labelsFingerprint(labels: Iterable<readonly [string, string]>): string {
  return hashed(JSON.stringify([...labels].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))))
}

function hashed(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, LENGTH)
}
