// One event as rules see it: fields found once, texts folded once, every value collected once for keywords. Made per event by the rule set.
import { foldCase } from './fold-case.js'

/** Deepest nesting and most values looked at in one event; the rest does not exist for rules. */
const MAX_DEPTH = 24
const MAX_VALUES = 10_000

export class FieldValue {
  private readonly texts: string[] = []
  private folded: string[] | undefined
  /** Scalars and nulls; a list stands for each of its elements. */
  readonly scalars: unknown[] = []
  /** True when there is a value other than null, also an empty list or an object. */
  readonly hasContent: boolean
  constructor(
    readonly isFound: boolean,
    values: readonly unknown[],
  ) {
    let content = false
    const add = (value: unknown, depth: number): void => {
      if (this.scalars.length >= MAX_VALUES) return
      if (Array.isArray(value)) {
        if (value.length === 0) content = true
        if (depth < MAX_DEPTH) for (const item of value) add(item, depth + 1)
        return
      }
      if (value !== null && value !== undefined) content = true
      this.scalars.push(value ?? null)
      const text = textOf(value)
      if (text !== undefined) this.texts.push(text)
    }
    for (const value of values) add(value, 0)
    this.hasContent = content
  }
  /** Texts, and numbers and booleans as text. */
  raw(): readonly string[] {
    return this.texts
  }
  lower(): readonly string[] {
    this.folded ??= this.texts.map(foldCase)
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
    if (Object.hasOwn(this.fields, name)) return new FieldValue(true, [this.fields[name]])
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
    if (Object.hasOwn(object, path)) found.push(object[path])
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
