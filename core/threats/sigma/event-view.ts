// One event as rules see it: fields found once, texts folded once, every value collected once for keywords. Made per event by the rule set.
import { foldCase } from './fold-case.js'

/** Deepest nesting and most values looked at in one event; the rest does not exist for rules. */
const MAX_DEPTH = 24
const MAX_VALUES = 10_000

/** What is at a field; worked out only as far as somebody asks. */
export class FieldValue {
  private texts: string[] | undefined
  private folded: string[] | undefined
  private flat: unknown[] | undefined
  constructor(
    readonly isFound: boolean,
    readonly values: readonly unknown[],
  ) {}
  /** Scalars and nulls; a list stands for each of its elements. */
  get scalars(): readonly unknown[] {
    if (this.flat !== undefined) return this.flat
    const flat: unknown[] = []
    const add = (value: unknown, depth: number): void => {
      if (flat.length >= MAX_VALUES) return
      if (!Array.isArray(value)) flat.push(value ?? null)
      else if (depth < MAX_DEPTH) for (const item of value) add(item, depth + 1)
    }
    for (const value of this.values) add(value, 0)
    this.flat = flat
    return flat
  }
  /** True when there is a value other than null, also an empty list or an object. */
  get hasContent(): boolean {
    const full = (value: unknown, depth: number): boolean => {
      if (!Array.isArray(value)) return value !== null && value !== undefined
      return value.length === 0 || (depth < MAX_DEPTH && value.some(item => full(item, depth + 1)))
    }
    return this.values.some(value => full(value, 0))
  }
  /** Texts, and numbers and booleans as text. */
  raw(): readonly string[] {
    if (this.texts !== undefined) return this.texts
    const texts: string[] = []
    for (const scalar of this.scalars) {
      const text = textOf(scalar)
      if (text !== undefined) texts.push(text)
    }
    this.texts = texts
    return texts
  }
  lower(): readonly string[] {
    this.folded ??= this.raw().map(foldCase)
    return this.folded
  }
}

const missing = new FieldValue(false, [])

export class EventView {
  private readonly cache = new Map<string, FieldValue>()
  private every: FieldValue | undefined
  constructor(
    readonly fields: Readonly<Record<string, unknown>>,
    private readonly keywords: readonly unknown[] | undefined = undefined,
  ) {}

  /** First the key as written at top level, then as a path whose parts may contain dots themselves. */
  field(name: string): FieldValue {
    const known = this.cache.get(name)
    if (known !== undefined) return known
    const found = this.find(name)
    this.cache.set(name, found)
    return found
  }

  /** Every value at any depth, names excluded: what keywords look at. */
  everything(): FieldValue {
    if (this.every !== undefined) return this.every
    const values: unknown[] = []
    const walk = (value: unknown, depth: number): void => {
      if (values.length >= MAX_VALUES || depth > MAX_DEPTH) return
      if (typeof value !== 'object' || value === null) values.push(value)
      else for (const item of Array.isArray(value) ? (value as unknown[]) : Object.values(value)) walk(item, depth + 1)
    }
    walk(this.keywords ?? this.fields, 0)
    this.every = new FieldValue(true, values)
    return this.every
  }

  private find(name: string): FieldValue {
    const value = this.fields[name]
    // What is undefined is not there: views of our own events name fields that an event may not have.
    if (value !== undefined && Object.hasOwn(this.fields, name)) return new FieldValue(true, [value])
    if (!name.includes('.')) return missing
    const found: unknown[] = []
    this.collect(this.fields, name, 0, found)
    return found.length === 0 ? missing : new FieldValue(true, found)
  }

  private collect(from: unknown, path: string, depth: number, found: unknown[]): void {
    if (typeof from !== 'object' || from === null || depth > MAX_DEPTH || found.length >= MAX_VALUES) return
    if (Array.isArray(from)) {
      for (const item of from) this.collect(item, path, depth + 1, found)
      return
    }
    const object = from as Record<string, unknown>
    if (object[path] !== undefined && Object.hasOwn(object, path)) found.push(object[path])
    for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
      const head = path.slice(0, dot)
      if (Object.hasOwn(object, head)) this.collect(object[head], path.slice(dot + 1), depth + 1, found)
    }
  }
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  return undefined
}
