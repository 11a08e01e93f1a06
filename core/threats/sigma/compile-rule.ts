// One rule document (already read from YAML) to a test on events. Called by compile-rules.ts, which catches what is thrown here.
import { parseCondition, type Condition } from './condition.js'
import { compileEntry, type Compiled } from './entry.js'
import type { Placeholders } from './modifiers.js'
import type { EventView } from './event-view.js'
import { needsOfAll, needsOfAny } from './needs.js'
import { RuleProblem, sigmaLevels, type LogSource, type SigmaLevel, type SigmaRule } from './rule.js'

export type Document = Readonly<Record<string, unknown>>

export function isMap(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** @throws RuleProblem */
export function readRule(document: Document, file: string): SigmaRule {
  return readHead(document, file, readLogSource(document['logsource']))
}

/** What rules and correlations say about themselves. @throws RuleProblem */
export function readHead(document: Document, file: string, logsource: LogSource): SigmaRule {
  const title = text(document['title'])
  if (title === undefined) throw new RuleProblem('缺少 title')
  const level = (text(document['level']) ?? 'medium').toLowerCase()
  if (!sigmaLevels.includes(level as SigmaLevel)) throw new RuleProblem(`未知的 level ${level.slice(0, 40)}`)
  return {
    id: text(document['id']) ?? title,
    title,
    level: level as SigmaLevel,
    tags: texts(document['tags']),
    references: texts(document['references']),
    falsepositives: texts(document['falsepositives']),
    fields: texts(document['fields']),
    logsource,
    file,
    ...optional('name', document['name']),
    ...optional('status', document['status']),
    ...optional('description', document['description']),
    ...optional('author', document['author']),
    ...optional('license', document['license']),
    ...optional('date', document['date']),
    ...optional('modified', document['modified']),
  }
}

/** @throws RuleProblem */
export function readLogSource(value: unknown): LogSource {
  if (!isMap(value)) throw new RuleProblem('缺少 logsource')
  return {
    ...optional('product', text(value['product'])?.toLowerCase()),
    ...optional('service', text(value['service'])?.toLowerCase()),
    ...optional('category', text(value['category'])?.toLowerCase()),
  }
}

/** Compiles `detection` (or the body of a filter, which has the same shape). @throws RuleProblem */
export function compileDetection(detection: unknown, placeholders: Placeholders, besides: readonly string[] = []): Compiled {
  if (!isMap(detection)) throw new RuleProblem('detection 必须是映射')
  const skipped = new Set(['condition', 'timeframe', ...besides])
  const names = Object.keys(detection).filter(key => !skipped.has(key))
  // Identifiers nobody refers to are compiled as well: a rule with a broken part is refused, not half understood.
  const compiled = new Map(names.map(name => [name, compileIdentifier(detection[name], placeholders)]))
  const condition = detection['condition']
  const conditions: unknown[] = Array.isArray(condition) ? condition : [condition]
  const trees = conditions.map(item => {
    if (typeof item !== 'string' || item.trim() === '') throw new RuleProblem('缺少 condition')
    return build(parseCondition(item, names), compiled)
  })
  if (trees.length === 0) throw new RuleProblem('缺少 condition')
  return any(trees)
}

function compileIdentifier(body: unknown, placeholders: Placeholders): Compiled {
  if (isMap(body)) return all(Object.entries(body).map(([key, value]) => compileEntry(key, value, placeholders)))
  if (!Array.isArray(body)) return compileEntry('', body, placeholders)
  const items = body as unknown[]
  const words = items.filter(item => !isMap(item))
  const maps = items.filter(isMap).map(item => compileIdentifier(item, placeholders))
  return any(words.length === 0 ? maps : [...maps, compileEntry('', words, placeholders)])
}

function build(tree: Condition, compiled: ReadonlyMap<string, Compiled>): Compiled {
  switch (tree.kind) {
    case 'identifier':
      return compiled.get(tree.name)!
    case 'not': {
      const { test, weight } = build(tree.of, compiled)
      return { test: view => !test(view), needs: undefined, weight }
    }
    case 'and':
      return all(tree.parts.map(part => build(part, compiled)))
    case 'or':
      return any(tree.parts.map(part => build(part, compiled)))
  }
}

export function all(parts: readonly Compiled[]): Compiled {
  if (parts.length === 1) return parts[0]!
  // An empty map asks for nothing and so matches everything; a rule must not do that by accident.
  if (parts.length === 0) throw new RuleProblem('detection 中有空的映射')
  const tests = cheapestFirst(parts)
  const test = (view: EventView) => {
    for (const one of tests) if (!one(view)) return false
    return true
  }
  return { test, needs: needsOfAll(parts.map(part => part.needs)), weight: weightOf(parts) }
}

function any(parts: readonly Compiled[]): Compiled {
  if (parts.length === 1) return parts[0]!
  const tests = cheapestFirst(parts)
  const test = (view: EventView) => {
    for (const one of tests) if (one(view)) return true
    return false
  }
  return { test, needs: needsOfAny(parts.map(part => part.needs)), weight: weightOf(parts) }
}

function cheapestFirst(parts: readonly Compiled[]): Compiled['test'][] {
  return [...parts].sort((a, b) => a.weight - b.weight).map(part => part.test)
}

function weightOf(parts: readonly Compiled[]): number {
  return parts.reduce((sum, part) => sum + part.weight, 0)
}

function text(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value
  return typeof value === 'number' ? String(value) : undefined
}

function texts(value: unknown): string[] {
  const items: unknown[] = Array.isArray(value) ? value : [value]
  return items.flatMap(item => text(item) ?? []).slice(0, 200)
}

function optional<K extends string>(key: K, value: unknown): { [P in K]?: string } {
  const found = text(value)
  return found === undefined ? {} : ({ [key]: found } as { [P in K]?: string })
}
