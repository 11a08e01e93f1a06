// One `field|modifiers: values` of a detection to a test on events; called by compile-rule.ts for every entry and keyword list.
import {
  networkTest,
  numberOf,
  numberTest,
  orders,
  regexTest,
  timePart,
  timeParts,
  type Order,
  type TimePart,
  type ValueTest,
} from './compare.js'
import type { EventView, FieldValue } from './event-view.js'
import { parseKey, patternsOf, type Key, type Placeholders } from './modifiers.js'
import { needsOfAll, needsOfAny, type Needs } from './needs.js'
import { needsOfRegex } from './regex-needs.js'
import { RuleProblem } from './rule.js'
import { ANY, compilePattern, joined, type Pattern } from './wildcard.js'
import { foldCase } from './fold-case.js'

export interface Compiled {
  readonly test: (view: EventView) => boolean
  readonly needs: Needs
  /** How dear a test is compared with looking up one value: cheap ones go first. */
  readonly weight: number
}

interface Single {
  readonly test: ValueTest
  readonly needs: Needs
  /** Set when the test is nothing but folded equality. */
  readonly equals?: string
}

/** @throws RuleProblem */
export function compileEntry(keyText: string, value: unknown, placeholders: Placeholders): Compiled {
  const key = parseKey(keyText)
  const { field, modifiers } = key
  if (field === '' && modifiers.some(modifier => ['exists', 'fieldref', 'neq'].includes(modifier)))
    throw new RuleProblem(`关键词不能使用修饰符 ${modifiers.join('|')}`)
  if (modifiers.includes('exists')) return existence(field, value)
  const values: unknown[] = Array.isArray(value) ? value : [value]
  if (modifiers.includes('fieldref')) return references(key, values)
  const singles = values.map(item => single(key, item, placeholders))
  const all = modifiers.includes('all') && singles.length > 0
  const test = all ? (read: FieldValue) => singles.every(one => one.test(read)) : anyOf(singles)
  const needs = all ? needsOfAll(singles.map(one => one.needs)) : needsOfAny(singles.map(one => one.needs))
  const weight = (field === '' ? 20 : 1) + singles.length * (modifiers.includes('re') ? 50 : modifiers.includes('cidr') ? 5 : 0.1)
  if (field === '') return { test: view => test(view.everything()), needs, weight }
  if (modifiers.includes('neq')) return { test: view => !test(view.field(field)), needs: undefined, weight }
  return { test: view => test(view.field(field)), needs, weight }
}

/** Long lists of plain values are looked up, not walked. */
function anyOf(singles: readonly Single[]): ValueTest {
  const equal = new Set(singles.flatMap(one => (one.equals === undefined ? [] : [one.equals])))
  const others = singles.filter(one => one.equals === undefined).map(one => one.test)
  const inSet: ValueTest = value => value.lower().some(text => equal.has(text))
  if (others.length === 0) return inSet
  if (equal.size === 0) return others.length === 1 ? others[0]! : value => others.some(test => test(value))
  return value => inSet(value) || others.some(test => test(value))
}

function single({ field, modifiers }: Key, value: unknown, placeholders: Placeholders): Single {
  const present: Needs = { kind: 'present', field }
  if (value === null || value === undefined) {
    if (field === '') throw new RuleProblem('关键词不能是 null')
    return { test: read => !read.isFound || read.scalars.includes(null), needs: undefined }
  }
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean' && typeof value !== 'bigint')
    throw new RuleProblem(`${field || '关键词'} 的取值必须是文本、数字、布尔或 null`)
  const part = modifiers.find((modifier): modifier is TimePart => (timeParts as readonly string[]).includes(modifier))
  const order = modifiers.find((modifier): modifier is Order => modifier !== 'eq' && Object.hasOwn(orders, modifier))
  if (part !== undefined || order !== undefined) {
    const wanted = numberOf(value)
    if (wanted === undefined) throw new RuleProblem(`修饰符 ${order ?? part} 需要数字`)
    const read = part === undefined ? numberOf : (scalar: unknown) => timePart(part, scalar)
    return { test: numberTest(order ?? 'eq', wanted, read), needs: present }
  }
  const text = String(value)
  if (modifiers.includes('re')) {
    const flags = { i: modifiers.includes('i'), m: modifiers.includes('m'), s: modifiers.includes('s') }
    return { test: regexTest(text, flags), needs: needsOfRegex(field, text) }
  }
  if (modifiers.some(modifier => modifier === 'i' || modifier === 'm' || modifier === 's'))
    throw new RuleProblem('修饰符 i、m、s 只能用在 re 之后')
  if (modifiers.includes('cidr')) return { test: networkTest(text), needs: present }
  const isPlain = field !== '' && modifiers.every(modifier => modifier === 'all' || modifier === 'neq' || modifier === 'cased')
  if (isPlain && (typeof value === 'number' || typeof value === 'bigint')) {
    const wanted = Number(value)
    return { test: numberTest('eq', wanted, numberOf), needs: { kind: 'number', field, value: wanted } }
  }
  const patterns = patternsOf(text, modifiers, placeholders)
  return textual(field, field === '' ? patterns.map(pattern => joined([ANY, ...pattern, ANY])) : patterns, modifiers.includes('cased'))
}

function textual(field: string, patterns: readonly Pattern[], cased: boolean): Single {
  const parts = patterns.map((pattern): Single => {
    if (pattern.length === 1 && pattern[0] === ANY) return { test: value => value.hasContent, needs: { kind: 'present', field } }
    const matcher = compilePattern(pattern, cased)
    return {
      test: cased ? value => value.raw().some(matcher.test) : value => value.lower().some(matcher.test),
      needs: needsOfPattern(field, pattern),
      ...(matcher.equals === undefined || cased ? {} : { equals: matcher.equals }),
    }
  })
  if (parts.length === 1) return parts[0]!
  return { test: anyOf(parts), needs: needsOfAny(parts.map(part => part.needs)) }
}

/** Every plain piece of the pattern must be there. */
function needsOfPattern(field: string, pattern: Pattern): Needs {
  if (pattern.length === 0) return { kind: 'equals', field, text: '' }
  if (pattern.length === 1 && typeof pattern[0] === 'string') return { kind: 'equals', field, text: foldCase(pattern[0]) }
  const pieces = pattern.flatMap((token, at): Needs[] =>
    typeof token === 'string' ? [{ kind: 'piece', field, text: foldCase(token), start: at === 0, end: at === pattern.length - 1 }] : [],
  )
  return pieces.length === 0 ? { kind: 'present', field } : needsOfAll(pieces)
}

function existence(field: string, value: unknown): Compiled {
  const word = String(value).toLowerCase()
  if (!['true', 'false', 'yes', 'no'].includes(word)) throw new RuleProblem('修饰符 exists 需要 true 或 false')
  const wanted = word === 'true' || word === 'yes'
  return { test: view => view.field(field).isFound === wanted, needs: wanted ? { kind: 'present', field } : undefined, weight: 1 }
}

function references({ field, modifiers }: Key, values: readonly unknown[]): Compiled {
  const cased = modifiers.includes('cased')
  const relation: (a: string, b: string) => boolean = modifiers.includes('contains')
    ? (a, b) => a.includes(b)
    : modifiers.includes('startswith')
      ? (a, b) => a.startsWith(b)
      : modifiers.includes('endswith')
        ? (a, b) => a.endsWith(b)
        : (a, b) => a === b
  const tests = values.map(name => {
    if (typeof name !== 'string' || name === '') throw new RuleProblem('修饰符 fieldref 需要字段名')
    return (view: EventView) => {
      const texts = (value: FieldValue) => (cased ? value.raw() : value.lower())
      return texts(view.field(field)).some(a => texts(view.field(name)).some(b => relation(a, b)))
    }
  })
  const holds =
    modifiers.includes('all') && tests.length > 0
      ? (view: EventView) => tests.every(t => t(view))
      : (view: EventView) => tests.some(t => t(view))
  if (modifiers.includes('neq')) return { test: view => !holds(view), needs: undefined, weight: 3 }
  return { test: holds, needs: { kind: 'present', field }, weight: 3 }
}
