// Copies what a parser understood into an event without undefined values, forbidden keys or control characters; called by normalise.

/** Category Cc of Unicode, written out: asked of every line and every text. */
const CONTROL = /[\x00-\x1f\x7f-\x9f]/
const EVERY_CONTROL = /[\x00-\x1f\x7f-\x9f]/g

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
  return key !== '__proto__' && key !== 'constructor' && key !== 'prototype'
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function hasKeys(object: object): boolean {
  for (const _ in object) return true
  return false
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

/**
 * Writes `from` over `into`, object by object; undefined values and objects without values change nothing. `from` is given away: what in it
 * needs no cleaning is taken over as it is.
 */
export function mergeInto(into: Record<string, unknown>, from: object, depth = 1): void {
  if (depth > MAX_DEPTH) return
  for (const key of Object.keys(from)) {
    const value = (from as Record<string, unknown>)[key]
    if (value === undefined || !isSafeKey(key)) continue
    if (!isObject(value)) {
      into[key] = value
      continue
    }
    const existing = into[key]
    if (isObject(existing)) mergeInto(existing, value, depth + 1)
    else if (isTidy(value, depth + 1)) into[key] = value
    else {
      const target: Record<string, unknown> = {}
      mergeInto(target, value, depth + 1)
      if (Object.keys(target).length > 0) into[key] = target
    }
  }
}

/** Nothing in it would be left out by a copy. */
function isTidy(object: Record<string, unknown>, depth: number): boolean {
  if (depth > MAX_DEPTH) return false
  let isEmpty = true
  for (const key in object) {
    isEmpty = false
    const value = object[key]
    if (value === undefined || !isSafeKey(key)) return false
    if (isObject(value) && !isTidy(value, depth + 1)) return false
  }
  return !isEmpty
}
