// Reads the plain values of untrusted JSON objects as text, however their keys are spelt; used by all that understands foreign alerts.
import { isSafeKey } from '../merge-draft.js'

/** Longest key that is looked at (characters). */
const MAX_KEY = 128

/** Text, numbers and truth values as text; undefined for everything else and for empty text. */
export function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined
  return typeof value === 'boolean' ? String(value) : undefined
}

/** The plain values of an object in its order; nothing of what is no object. Keys that could reach a prototype are left out. */
export function scalarsOf(object: unknown): [key: string, value: string][] {
  if (typeof object !== 'object' || object === null || Array.isArray(object)) return []
  const found: [string, string][] = []
  for (const key of Object.keys(object)) {
    const value = isSafeKey(key) ? scalarText((object as Record<string, unknown>)[key]) : undefined
    if (value !== undefined) found.push([key, value])
  }
  return found
}

/** `EVENT.SEVERITY`, `event_severity` and `Event-Severity` are one name: without case, width and separators. */
export function bareKey(key: string): string {
  if (/^[a-z0-9]+$/.test(key)) return key
  return key
    .slice(0, MAX_KEY)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s._-]+/g, '')
}

/** Plain values by bare key; of keys that mean the same the first counts. */
export class Scalars {
  private readonly values = new Map<string, string>()

  /** @param prefix bare key of the object the values stand in: `host` makes `name` answer to `hostname` */
  add(entries: Iterable<readonly [string, string]>, prefix = ''): this {
    for (const [key, value] of entries) {
      const bare = prefix + bareKey(key)
      if (!this.values.has(bare)) this.values.set(bare, value)
    }
    return this
  }

  /** The first of the names that has a value; names are bare keys. */
  first(names: readonly string[]): string | undefined {
    for (const name of names) {
      const value = this.values.get(name)
      if (value !== undefined) return value
    }
    return undefined
  }

  has(name: string): boolean {
    return this.values.has(name)
  }
}
