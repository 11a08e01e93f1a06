// From the text of a format's fields to conditions, readers and field rules that run on lines; called by format-set.ts once at loading.
import type { Keys, BuildRules, DecideRule, FieldRule } from './build-event.js'
import { lookUp, wordOf } from './build-event.js'
import { compileExpression } from './expression.js'
import type { Condition, Format, Step, Target } from './format.js'
import type { LineView } from './line-view.js'
import { readObject } from './line-view.js'
import { readXml, splitColumns } from './read-columns.js'
import { compilePairs } from './read-pairs.js'
import { compilePattern } from './text-pattern.js'

export type Read = { readonly keys: Keys; readonly header: boolean } | { readonly fault: string }

export interface CompiledShape {
  readonly id: string
  readonly vendor: string
  readonly product: string
  readonly dataset: string
  readonly priority: number
  /** How narrow the conditions are; decides between equal priorities. */
  readonly weight: number
  readonly anchor: Anchor
  readonly rules: BuildRules
  /** What was read, or why the line is not of this shape. */
  read(view: LineView): Read
}

/** Where a line shows that the shape is worth a try. */
export type Anchor =
  | { readonly kind: 'app'; readonly names: readonly string[] }
  | { readonly kind: 'header'; readonly vendors: readonly string[] }
  | { readonly kind: 'literal'; readonly texts: readonly string[] }
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'any' }

/** Characters of a line a regular expression looks at: RE2 is linear, but slow enough that 64 KB times many formats would be felt. */
const EXPRESSION_SEES = 4_096

type StepReader = (view: LineView, keys: Keys) => true | string

/** Reading a file compiles its format to find its faults; the set that uses it need not do so again. */
const compiled = new WeakMap<Format, readonly CompiledShape[]>()

/** @throws PatternError, and RE2JS's own error for what is no expression */
export function compileFormat(format: Format): readonly CompiledShape[] {
  const known = compiled.get(format)
  if (known !== undefined) return known
  const shapes = newShapes(format)
  compiled.set(format, shapes)
  return shapes
}

function newShapes(format: Format): CompiledShape[] {
  // Compiled once: what all shapes share is looked for once a line.
  const shared = compileCondition(format.when)
  return format.shapes.map((shape, index) => {
    const conditions = [format.when, shape.when]
    const steps = [...(format.read ?? []), ...(shape.read ?? [])]
    const readers = steps.map(compileStep)
    const checks = [shared, compileCondition(shape.when)]
    const isHeader = steps.some(step => step === 'cef' || step === 'leef')
    const read = (view: LineView): Read => {
      for (const check of checks) {
        const fault = check.before(view)
        if (fault !== undefined) return { fault }
      }
      const keys: Keys = {}
      for (const reader of readers) {
        const result = reader(view, keys)
        if (result !== true) return { fault: result }
      }
      for (const check of checks) {
        const fault = check.after(keys)
        if (fault !== undefined) return { fault }
      }
      return { keys, header: isHeader }
    }
    return {
      id: shape.name === undefined ? (format.shapes.length === 1 ? format.id : `${format.id}#${index + 1}`) : `${format.id}#${shape.name}`,
      vendor: shape.vendor ?? format.vendor,
      product: shape.product ?? format.product,
      dataset: shape.dataset ?? format.dataset,
      priority: shape.priority ?? format.priority,
      weight: conditions.reduce((sum, condition) => sum + weigh(condition), 0),
      anchor: anchorOf(conditions, steps),
      rules: {
        fields: [...fieldRules(shape.fields), ...fieldRules(format.fields)],
        listed: new Set([...Object.keys(shape.fields), ...Object.keys(format.fields)]),
        set: Object.entries({ ...format.set, ...shape.set }),
        decide: [...format.decide, ...shape.decide].map(decideRule),
        usual: format.usual,
      },
      read,
    }
  })
}

function weigh(condition: Condition): number {
  const texts = [...(condition.contains ?? []), ...(condition.starts ?? [])]
  return (
    texts.reduce((sum, text) => sum + text.length, 0) +
    (condition.any?.[0]?.length ?? 0) +
    (condition.app === undefined ? 0 : 10) +
    (condition.header?.product === undefined ? 0 : 20) +
    (condition.keys?.length ?? 0) * 6 +
    Object.keys(condition.values ?? {}).length * 10 +
    (condition.regex === undefined ? 0 : 10) +
    (condition.host === undefined ? 0 : 10) +
    (condition.source === undefined ? 0 : 5)
  )
}

function anchorOf(conditions: readonly Condition[], steps: readonly Step[]): Anchor {
  for (const { header } of conditions) {
    if (header?.vendor !== undefined && !header.vendor.some(name => name.includes('*')))
      return { kind: 'header', vendors: header.vendor.map(lower) }
  }
  for (const { app } of conditions)
    if (app !== undefined && app.every(name => !name.includes('*'))) return { kind: 'app', names: app.map(lower) }
  const contained = conditions.flatMap(({ contains }) => contains ?? []).filter(text => text.length >= 3)
  if (contained.length > 0) return { kind: 'literal', texts: [contained.reduce((best, text) => (text.length > best.length ? text : best))] }
  for (const { any, starts } of conditions) {
    for (const texts of [any, starts]) if (texts?.every(text => text.length >= 3)) return { kind: 'literal', texts }
  }
  const isJson = steps.some(step => step === 'json' || (typeof step === 'object' && 'json' in step && step.json.of === undefined))
  const keys = conditions.flatMap(({ keys: names, values }) => [...(names ?? []), ...Object.keys(values ?? {})])
  if (isJson && steps.length === 1 && keys.length > 0) return { kind: 'key', key: keys[0]!.split('.')[0]! }
  const patterns = steps.flatMap(step =>
    typeof step === 'object' && 'grok' in step && !step.optional && step.of === undefined ? [step.grok] : [],
  )[0]
  if (patterns !== undefined) {
    const literals = patterns.map(source => compilePattern(source).literal)
    if (literals.every(text => text.length >= 3)) return { kind: 'literal', texts: literals }
  }
  const long = keys.filter(key => key.length >= 3 && !key.includes('.') && isPairs(steps))
  if (long.length > 0) return { kind: 'literal', texts: [long.reduce((best, key) => (key.length > best.length ? key : best))] }
  return { kind: 'any' }
}

function isPairs(steps: readonly Step[]): boolean {
  const first = steps[0]
  return first === 'kv' || (typeof first === 'object' && 'kv' in first)
}

const lower = (text: string): string => text.toLowerCase()
const matches = (pattern: string, text: string): boolean =>
  pattern.endsWith('*')
    ? text.startsWith(pattern.slice(0, -1))
    : pattern.startsWith('*')
      ? text.endsWith(pattern.slice(1))
      : text === pattern

function compileCondition(condition: Condition): { before(view: LineView): string | undefined; after(keys: Keys): string | undefined } {
  const { contains = [], any, lacks = [], starts, keys = [], source, header } = condition
  const app = condition.app?.map(lower)
  const regex = condition.regex === undefined ? undefined : compileExpression(condition.regex)
  const host = condition.host === undefined ? undefined : compileExpression(condition.host)
  const values = Object.entries(condition.values ?? {})
  const vendors = header?.vendor?.map(lower)
  const products = header?.product?.map(lower)
  return {
    before(view) {
      if (app !== undefined && !app.some(name => matches(name, view.app ?? ''))) return `program is not ${app[0]}`
      for (const text of contains) if (!view.start.includes(text)) return `no ${text}`
      if (any !== undefined && !any.some(text => view.start.includes(text))) return `none of ${any.slice(0, 3).join(', ')}`
      for (const text of lacks) if (view.start.includes(text)) return `has ${text}`
      if (starts !== undefined && !starts.some(text => view.message.startsWith(text))) return `does not begin with ${starts[0]}`
      if (source !== undefined && !source.includes(view.envelope.sourceType)) return `source is not ${source[0]}`
      if (vendors !== undefined || products !== undefined) {
        const found = view.header
        if (found === undefined) return 'no CEF or LEEF header'
        if (vendors !== undefined && !vendors.some(name => matches(name, lower(found.vendor)))) return `vendor is not ${vendors[0]}`
        if (products !== undefined && !products.some(name => matches(name, lower(found.product)))) return `product is not ${products[0]}`
      }
      if (host !== undefined && !host.test(view.envelope.hostname ?? '')) return 'host does not match'
      // A relay's header before the line moves what the expression is anchored to.
      if (regex !== undefined && !view.shows(regex, text => regex.test(text))) return 'expression does not match'
      return undefined
    },
    after(read) {
      for (const key of keys) if (lookUp(read, key) === undefined) return `no key ${key}`
      for (const [key, wanted] of values) {
        const value = lookUp(read, key)
        const text = wordOf(value)
        if (value === undefined || !wanted.some(item => matches(item, text))) return `${key} is not ${wanted[0]}`
      }
      return undefined
    },
  }
}

function textOf(view: LineView, keys: Keys, of: string | undefined): string | undefined {
  if (of === undefined || of === 'message') return view.message
  if (of === 'line') return view.line
  const value = lookUp(keys, of)
  return typeof value === 'string' ? value : undefined
}

function compileStep(step: Step): StepReader {
  if (typeof step === 'string') {
    switch (step) {
      case 'kv':
        return (view, keys) => {
          const { count, keys: read } = view.pairs
          if (count === 0) return 'no key=value pairs'
          for (const key of Object.keys(read)) keys[key] ??= read[key]
          return true
        }
      case 'cef':
      case 'leef':
        return (view, keys) => {
          if (view.header?.kind !== step) return `no ${step.toUpperCase()} header`
          Object.assign(keys, view.header.keys)
          return true
        }
      case 'json':
        return (view, keys) => {
          if (view.object === undefined) return 'no JSON object'
          for (const key of Object.keys(view.object)) keys[key] ??= view.object[key]
          return true
        }
      case 'xml':
        return (view, keys) => (readXml(view.message, keys) > 0 ? true : 'no XML')
    }
  }
  if ('grok' in step) {
    const patterns = step.grok.map(compilePattern)
    return optional(step.optional, (view, keys) => {
      const text = textOf(view, keys, step.of)
      if (text === undefined) return `no ${step.of}`
      if (patterns.some(pattern => pattern.match(text, keys))) return true
      // Relays put their own header before the line: the envelope may have taken something the pattern wants.
      if (step.of === undefined && view.line !== view.message && patterns.some(pattern => pattern.match(view.line, keys))) return true
      return 'no pattern fits'
    })
  }
  if ('regex' in step) {
    // Group names hold no dots; two underscores stand for one.
    const patterns = step.regex.map(compileExpression)
    return optional(step.optional, (view, keys) => {
      const text = textOf(view, keys, step.of)
      if (text === undefined) return `no ${step.of}`
      const seen = text.length > EXPRESSION_SEES ? text.slice(0, EXPRESSION_SEES) : text
      for (const pattern of patterns) {
        let groups = pattern.groups(seen)
        // Relays put their own header before the line, and the envelope may have taken what the pattern wants.
        if (groups === undefined && view.relayed && (step.of === undefined || step.of === 'line'))
          groups = pattern.groups(step.of === 'line' ? view.seen : view.start)
        if (groups === undefined) continue
        for (const name of Object.keys(groups)) keys[name.includes('__') ? name.replaceAll('__', '.') : name] = groups[name]
        return true
      }
      return 'no expression fits'
    })
  }
  if ('kv' in step) {
    const read = compilePairs(step.kv)
    return optional(step.kv.optional, (view, keys) => {
      const text = textOf(view, keys, step.kv.of)
      if (text === undefined) return `no ${step.kv.of}`
      return read(text, keys) > 0 ? true : 'no pairs'
    })
  }
  if ('json' in step) {
    return optional(step.json.optional, (view, keys) => {
      const text = textOf(view, keys, step.json.of)
      const object = step.json.of === undefined ? view.object : text === undefined ? undefined : readObject(text)
      if (object === undefined) return 'no JSON object'
      for (const [key, value] of Object.entries(object)) keys[step.json.prefix + key] ??= value
      return true
    })
  }
  const { columns, separator, min, of } = step.csv
  return optional(step.csv.optional, (view, keys) => {
    const text = textOf(view, keys, of)
    if (text === undefined) return `no ${of}`
    const values = splitColumns(text, separator, columns.length + 1)
    if (values.length < (min ?? Math.min(columns.length, 3))) return `only ${values.length} columns`
    for (const [index, column] of columns.entries()) {
      const value = values[index]
      if (column !== '-' && column !== '' && value !== undefined && value !== '') keys[column] = value
    }
    return true
  })
}

function optional(isOptional: boolean, reader: StepReader): StepReader {
  return isOptional ? (view, keys) => (reader(view, keys), true) : reader
}

function fieldRules(fields: Record<string, Target>): FieldRule[] {
  return Object.entries(fields).map(([key, target]) => {
    if (Array.isArray(target)) return { key, to: target.filter(path => path !== '-'), as: 'auto', map: undefined }
    return {
      key,
      to: target.to,
      as: target.as,
      map: target.map === undefined ? undefined : new Map(Object.entries(target.map).map(([from, to]) => [lower(from), to])),
    }
  })
}

function decideRule(decision: Format['decide'][number]): DecideRule {
  return {
    key: decision.key,
    when: new Map(
      Object.entries(decision.when).flatMap(([words, then]) =>
        words.split('|').map(word => [lower(word.trim()), Object.entries(then)] as const),
      ),
    ),
  }
}
