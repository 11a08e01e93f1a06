// What a line says by itself when no format knows it: header and usual keys of CEF and LEEF, pairs with a vendor or addresses; used by format-set.ts.
import { buildEvent, type BuildRules, type Keys } from './build-event.js'
import { usualKey } from './common-keys.js'
import type { Understood } from './understood.js'
import type { LineView } from './line-view.js'
import { compilePairs, plainPairs } from './read-pairs.js'

const rules: BuildRules = { fields: [], listed: new Set(), set: [], decide: [], usual: true }
/** Pairs of other shapes than `key=value`, tried in turn. */
const others = [
  compilePairs({ pair: [';', ',', '|'], assign: '=', quote: '"', blanks: true }),
  compilePairs({ pair: [',', ';', '，', '；', '|'], assign: ':', quote: '"', blanks: true }),
  compilePairs({ pair: [',', ';', '，', '；'], assign: '：', quote: '"', blanks: true }),
]
/** A guess is made from this much of a message. */
const GUESSED_FROM = 4_096
const VENDOR_KEYS = ['vendor', 'dev_vendor', 'device_vendor', 'deviceVendor', 'vendor_name', '厂商']
const PRODUCT_KEYS = ['product', 'dev_product', 'device_product', 'deviceProduct', 'product_name', 'dev_type', '产品']

export function understandGeneric(view: LineView): Understood | undefined {
  const { header } = view
  if (header !== undefined) {
    const draft = buildEvent(header.keys, rules, true, view.envelope.time)
    return { id: header.kind, vendor: header.vendor || undefined, product: header.product || undefined, dataset: header.kind, draft }
  }
  if (view.message.startsWith('{')) return undefined
  const message = view.message.slice(0, GUESSED_FROM)
  let best: Keys | undefined
  let usual = 1
  const consider = (keys: Keys): void => {
    const count = new Set(
      Object.keys(keys)
        .map(key => usualKey(key)?.path)
        .filter(path => path !== undefined),
    ).size
    if (count > usual) [best, usual] = [keys, count]
  }
  if (message.includes('=')) {
    const keys: Keys = {}
    plainPairs(message, keys)
    consider(keys)
  }
  if (/[=:：]/.test(message)) {
    for (const read of others) {
      const keys: Keys = {}
      if (read(message, keys) >= 3) consider(keys)
    }
  }
  // Two usual names are met in any sentence; three are a record.
  if (best === undefined || usual < 3) return undefined
  const keys = best
  const text = (names: readonly string[]): string | undefined =>
    names.map(name => keys[name]).find(value => typeof value === 'string' && value !== '') as string | undefined
  return {
    id: 'pairs',
    vendor: text(VENDOR_KEYS),
    product: text(PRODUCT_KEYS),
    dataset: 'pairs',
    draft: buildEvent(keys, rules, false, view.envelope.time),
  }
}
