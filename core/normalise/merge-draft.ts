// Copies what a parser understood into an event without undefined values, forbidden keys or control characters; called by normalise.

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])
const CONTROL = /\p{Cc}/u
const EVERY_CONTROL = /\p{Cc}/gu

/** Deepest nesting of an event. */
export const MAX_DEPTH = 20
/** Values an event may hold in all. */
const MAX_VALUES = 5_000

/** Every control character becomes a blank. */
export function withoutControls(text: string): string {
  return CONTROL.test(text) ? text.replace(EVERY_CONTROL, ' ') : text
}

/** Keys that could reach an object's prototype are never copied from input. */
export function isSafeKey(key: string): boolean {
  return !FORBIDDEN.has(key)
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A clean copy of JSON data: at most 20 levels and 5,000 values, the rest is left out. */
export function cleanCopy(value: unknown): unknown {
  return copy(value, 1, { left: MAX_VALUES })
}

function copy(value: unknown, depth: number, budget: { left: number }): unknown {
  budget.left -= 1
  if (budget.left < 0) return undefined
  if (typeof value === 'string') return withoutControls(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth > MAX_DEPTH) return undefined
  if (Array.isArray(value)) return value.map(item => copy(item, depth + 1, budget)).filter(item => item !== undefined)
  const out: Record<string, unknown> = {}
  for (const key of Object.keys(value)) {
    if (budget.left <= 0) break
    if (!isSafeKey(key)) continue
    const item = copy((value as Record<string, unknown>)[key], depth + 1, budget)
    if (item !== undefined) out[withoutControls(key)] = item
  }
  return out
}

/** Writes `from` over `into`, object by object; undefined values and objects without values change nothing. */
export function mergeInto(into: Record<string, unknown>, from: object, depth = 1): void {
  if (depth > MAX_DEPTH) return
  for (const [key, value] of Object.entries(from) as [string, unknown][]) {
    if (value === undefined || !isSafeKey(key)) continue
    if (!isObject(value)) {
      into[key] = value
      continue
    }
    const existing = into[key]
    const target: Record<string, unknown> = isObject(existing) ? existing : {}
    mergeInto(target, value, depth + 1)
    if (Object.keys(target).length > 0) into[key] = target
  }
}
