// Whose an address is, as far as our lists say: shared by many, never to be blocked, or known as bad; used before a block is proposed.
import type { Whose } from '../disposal/blast-radius.js'
import type { Indicator } from './indicators/indicator.js'
import type { IntelBook } from './indicators/intel-book.js'

export function whoseAddress(book: Pick<IntelBook, 'warnings'>, ip: string): Whose | undefined {
  const self: Indicator = { type: ip.includes(':') ? 'ipv6' : 'ipv4', value: ip, kind: 'c2', confidence: 0, source: '' }
  const warning = book.warnings.about(self)
  if (!warning) return undefined
  return warning.effect === 'shared' ? { words: `${warning.list}（多人共用）`, effect: 'shared' } : { words: warning.list, effect: 'never' }
}
