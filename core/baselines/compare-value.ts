// A piece of configuration text as a value, and whether it is as wanted; pure, used by leaves.ts.
import { RE2JS } from 're2js'
import type { Conversion, Operator } from './baseline.js'

export type Value = string | number | readonly string[]

const SIZES: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 }
const SPANS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, min: 60, h: 3_600, d: 86_400, w: 604_800 }

/** Undefined when the text is no such value: bytes for `size`, seconds for `duration`. */
export function readValue(text: string, as: Conversion): Value | undefined {
  const clean = text.trim().replace(/^(["'])(.*)\1$/, '$2')
  switch (as) {
    case 'text':
      return clean.toLowerCase()
    case 'int':
      return /^[+-]?\d{1,15}$/.test(clean) ? Number(clean) : undefined
    case 'size':
      return scaled(clean, /^(\d{1,12})\s*([bkmgt]?)i?b?$/i, SIZES)
    case 'duration':
      return scaled(clean, /^(\d{1,9})\s*(s|min|m|h|d|w|)$/i, SPANS)
    case 'list':
      return clean
        .toLowerCase()
        .split(/[\s,;:|]+/)
        .filter(Boolean)
    case 'version':
      return /^[\d.]{1,40}$/.test(clean) ? clean : undefined
  }
}

function scaled(text: string, pattern: RegExp, units: Readonly<Record<string, number>>): number | undefined {
  const [, amount = '', unit = ''] = pattern.exec(text) ?? []
  const size = units[unit.toLowerCase()]
  return amount === '' || size === undefined ? undefined : Number(amount) * size
}

/** `wanted` is read the same way, so that `128M` may stand in a baseline. */
export function fits(
  value: Value,
  op: Operator,
  wanted: string | number | boolean | readonly (string | number | boolean)[],
  as: Conversion,
): boolean {
  const list = (Array.isArray(wanted) ? wanted : [wanted]).map(String)
  const first = readValue(list[0] ?? '', as === 'list' ? 'text' : as) ?? ''
  const all = list.map(item => item.toLowerCase())
  switch (op) {
    case 'eq':
      return same(value, first, as)
    case 'ne':
      return !same(value, first, as)
    case 'lt':
      return order(value, first, as) < 0
    case 'le':
      return order(value, first, as) <= 0
    case 'gt':
      return order(value, first, as) > 0
    case 'ge':
      return order(value, first, as) >= 0
    case 'in':
      return words(value).every(word => all.includes(word))
    case 'not-in':
      return !words(value).some(word => all.includes(word))
    case 'contains':
      return typeof value === 'string' ? all.every(word => value.includes(word)) : all.every(word => words(value).includes(word))
    case 'not-contains':
      return words(value).every(word => !all.some(part => word.includes(part)))
    case 'subset':
      return words(value).every(word => all.includes(word))
    case 'disjoint':
      return !words(value).some(word => all.includes(word))
    case 'regex':
      return list.some(pattern => RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE).matcher(String(value)).find())
  }
}

function words(value: Value): readonly string[] {
  return typeof value === 'object' ? value : [String(value)]
}

function same(value: Value, wanted: Value, as: Conversion): boolean {
  return as === 'version' ? order(value, wanted, as) === 0 : String(value) === String(wanted)
}

/** Below, equal, above; what cannot be ordered is NaN, which fits nothing. */
function order(value: Value, wanted: Value, as: Conversion): number {
  if (as !== 'version') return typeof value === 'number' && typeof wanted === 'number' ? value - wanted : Number.NaN
  const [a, b] = [String(value).split('.'), String(wanted).split('.')]
  for (let part = 0; part < Math.max(a.length, b.length); part++) {
    const difference = Number(a[part] ?? 0) - Number(b[part] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
