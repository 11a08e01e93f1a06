// One look at collected lines each: found, not found, a value as wanted, rows, modes, pairs, XML attributes. Pure; evaluate.ts combines them.
import { XMLParser } from 'fast-xml-parser'
import { RE2JS } from 're2js'
import type { Leaf } from './baseline.js'
import { fits, readValue } from './compare-value.js'
import { worst, type Outcome } from './outcome.js'

export interface Seen {
  readonly outcome: Outcome
  /** Lines that decided. */
  readonly lines: readonly string[]
  /** What was compared, in words. */
  readonly compared?: string
}

type Of<K extends string> = Extract<Leaf, Record<K, unknown>>
type Comparison = Pick<Of<'capture'>, 'as' | 'op' | 'value' | 'absent'>

const MOST_LINES = 5
const patterns = new Map<string, RE2JS>()

/** Linear in the line whatever the pattern; compiled once. */
export function pattern(source: string): RE2JS {
  const known = patterns.get(source)
  if (known) return known
  const compiled = RE2JS.compile(source)
  if (patterns.size < 5_000) patterns.set(source, compiled)
  return compiled
}

const finds = (source: string) => {
  const compiled = pattern(source)
  return (line: string): boolean => compiled.matcher(line).find()
}

export function look(leaf: Leaf, lines: readonly string[]): Seen {
  if ('match' in leaf) return found(lines.filter(finds(leaf.match)))
  if ('absent-match' in leaf) {
    const hits = lines.filter(finds(leaf['absent-match']))
    return { outcome: hits.length === 0 ? 'pass' : 'fail', lines: hits.slice(0, MOST_LINES) }
  }
  if ('count' in leaf) {
    const hits = lines.filter(finds(leaf.count))
    const outcome = fits(hits.length, leaf.op, leaf.value, 'int') ? 'pass' : 'fail'
    return { outcome, lines: hits.slice(0, MOST_LINES), compared: `共 ${hits.length} 行` }
  }
  if ('capture' in leaf) return captured(leaf, lines)
  if ('kv' in leaf) return paired(leaf, lines)
  if ('rows' in leaf) return rows(leaf, lines)
  if ('mode' in leaf) return mode(leaf, lines)
  return attribute(leaf, lines)
}

function found(hits: readonly string[]): Seen {
  return { outcome: hits.length > 0 ? 'pass' : 'fail', lines: hits.slice(0, MOST_LINES) }
}

function captured(leaf: Of<'capture'>, lines: readonly string[]): Seen {
  const compiled = pattern(leaf.capture)
  const hits = lines.flatMap(line => {
    const matcher = compiled.matcher(line)
    return matcher.find() ? [{ line, value: matcher.groupCount() > 0 ? (matcher.group(1) ?? '') : (matcher.group() ?? '') }] : []
  })
  const chosen = leaf.pick === 'first' ? hits.slice(0, 1) : leaf.pick === 'last' ? hits.slice(-1) : hits
  if (chosen.length === 0) return missing(leaf)
  const judged = chosen.map(({ line, value }) => ({ line, value, outcome: compared(value, leaf) }))
  const outcome = worst(judged.map(one => one.outcome))
  const telling = judged.filter(one => one.outcome === outcome).slice(0, MOST_LINES)
  return { outcome, lines: telling.map(({ line }) => line), compared: telling.map(({ value }) => value).join('、') }
}

function paired(leaf: Of<'kv'>, lines: readonly string[]): Seen {
  const key = leaf.kv.toLowerCase()
  for (const [index, line] of lines.entries()) {
    const clean = line.trim()
    // CONFIG GET answers the name and its value on lines of their own.
    if (clean.toLowerCase() === key) return valued(leaf, clean, (lines[index + 1] ?? '').trim())
    const [, name = '', value = ''] = /^["']?([\w.\\-]+)["']?\s*[=:,\t ]\s*(.*)$/.exec(clean) ?? []
    if (name.toLowerCase() === key) return valued(leaf, clean, value.trim())
  }
  return missing(leaf)
}

function valued(leaf: Of<'kv'>, line: string, value: string): Seen {
  return { outcome: compared(value, leaf), lines: [line], compared: value === '' ? '空' : value }
}

function compared(text: string, { as, op, value }: Pick<Comparison, 'as' | 'op' | 'value'>): Outcome {
  const read = readValue(text, as)
  if (read === undefined) return 'unknown'
  return fits(read, op, value, as) ? 'pass' : 'fail'
}

/** Nothing was set: what that means is said by the check. */
function missing({ absent, ...comparison }: Comparison): Seen {
  if (typeof absent !== 'object') return { outcome: absent, lines: [], compared: '未设置' }
  return { outcome: compared(String(absent.value), comparison), lines: [], compared: `未设置，缺省 ${String(absent.value)}` }
}

function rows(leaf: Of<'rows'>, lines: readonly string[]): Seen {
  const { split, where, that, expect, empty } = leaf.rows
  const fit = (columns: readonly string[], wanted: Readonly<Record<string, string>>): boolean =>
    Object.entries(wanted).every(([column, source]) => finds(source)(columns[Number(column) - 1] ?? ''))
  const table = lines
    .filter(line => line.trim() !== '' && !line.trimStart().startsWith('#'))
    .map(line => ({ line, columns: split === undefined ? line.trim().split(/\s+/) : line.split(split) }))
  const chosen = table.filter(({ columns }) => fit(columns, where))
  if (chosen.length === 0) return { outcome: empty, lines: [] }
  const fitting = chosen.filter(({ columns }) => fit(columns, that))
  const others = chosen.filter(row => !fitting.includes(row))
  const ok = expect === 'none' ? fitting.length === 0 : expect === 'some' ? fitting.length > 0 : others.length === 0
  const telling = expect === 'none' || (expect === 'some' && ok) ? fitting : others
  return { outcome: ok ? 'pass' : 'fail', lines: (ok && expect === 'none' ? [] : telling).map(({ line }) => line).slice(0, MOST_LINES) }
}

function mode(leaf: Of<'mode'>, lines: readonly string[]): Seen {
  const { path, owner, absent } = leaf.mode
  const most = parseInt(leaf.mode['at-most'], 8)
  const isPath = finds(path)
  const seen = lines.flatMap(line => {
    const [, bits = '', user = '', name = ''] = /^\s*(\d{3,4}) (\S+) \S+ (.+)$/.exec(line) ?? []
    return name !== '' && isPath(name) ? [{ line, bits: parseInt(bits, 8), user }] : []
  })
  if (seen.length === 0) return { outcome: absent, lines: [] }
  // Stricter is fine: no bit may be set that is not allowed.
  const bad = seen.filter(({ bits, user }) => (bits & ~most) !== 0 || (owner !== undefined && user !== owner))
  return {
    outcome: bad.length === 0 ? 'pass' : 'fail',
    lines: (bad.length === 0 ? seen : bad).map(({ line }) => line).slice(0, MOST_LINES),
  }
}

const reader = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseAttributeValue: false,
  parseTagValue: false,
  processEntities: false,
})

function attribute(leaf: Of<'xml'>, lines: readonly string[]): Seen {
  const { path, attribute: name, where } = leaf.xml
  let tree: unknown
  try {
    tree = reader.parse(lines.join('\n'))
  } catch {
    return { outcome: 'unknown', lines: [], compared: '不是有效的 XML' }
  }
  const elements = path.split('/').reduce<unknown[]>((nodes, part) => nodes.flatMap(node => childrenOf(node, part)), [tree])
  const chosen = elements.filter(element => Object.entries(where).every(([key, source]) => finds(source)(textOf(element, key) ?? '')))
  if (chosen.length === 0) return { outcome: leaf['absent-element'], lines: [], compared: `没有 ${path}` }
  const judged = chosen.map(element => {
    const value = textOf(element, name)
    return value === undefined ? missing(leaf) : { outcome: compared(value, leaf), lines: [`${path} ${name}="${value}"`], compared: value }
  })
  const outcome = worst(judged.map(one => one.outcome))
  return judged.find(one => one.outcome === outcome) ?? { outcome, lines: [] }
}

function childrenOf(node: unknown, part: string): unknown[] {
  const child = typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[part] : undefined
  return child === undefined ? [] : Array.isArray(child) ? child : [child]
}

function textOf(node: unknown, name: string): string | undefined {
  const value = typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[`@${name}`] : undefined
  return typeof value === 'string' ? value : undefined
}
