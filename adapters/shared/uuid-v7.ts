// Row ids that grow with time, also within one millisecond (RFC 9562 section 6.2, method 1).
import { randomBytes } from 'node:crypto'
import type { Clock } from '../../core/ports/clock.js'
import type { Ids } from '../../core/ports/ids.js'

export function makeIds(clock: Clock): Ids {
  let last = 0
  let counter = 0
  return {
    next() {
      const now = clock.now()
      if (now > last) {
        last = now
        counter = randomBytes(2).readUInt16BE(0) & 0x7ff
      } else if (++counter > 0xfff) {
        last += 1
        counter = 0
      }
      const hex = last.toString(16).padStart(12, '0')
      const random = randomBytes(8)
      random[0] = (random[0]! & 0x3f) | 0x80
      const tail = random.toString('hex')
      return `${hex.slice(0, 8)}-${hex.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${tail.slice(0, 4)}-${tail.slice(4)}`
    },
  }
}
