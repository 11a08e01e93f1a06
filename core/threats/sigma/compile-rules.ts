// Sigma documents to a rule set; called when a process loads content/rules and an operator's own rules.
import { LineCounter, parseAllDocuments } from 'yaml'
import { all, compileDetection, isMap, readLogSource, readRule, type Document } from './compile-rule.js'
import { readCorrelation, type CorrelationDraft } from './correlation-rule.js'
import type { Compiled } from './entry.js'
import type { Placeholders } from './modifiers.js'
import { RuleProblem, type LogSource, type RefusedRule, type SigmaRule } from './rule.js'
import { resolveCorrelations } from './resolve-correlations.js'
import { SigmaRuleSet } from './rule-set.js'

export interface CompileOptions {
  /** Lists for the modifier `expand`, by name. */
  readonly placeholders?: Placeholders
}

export interface CompileResult {
  readonly ruleSet: SigmaRuleSet
  /** Rules and correlations in the set; filters are not counted. */
  readonly loaded: number
  readonly refused: readonly RefusedRule[]
  /** What is probably not meant as it is written; the rule is in use all the same. */
  readonly warnings: readonly RefusedRule[]
}

export interface SourceFile {
  readonly file: string
  readonly text: string
  /** Of the pack the file belongs to, for rules that do not say it themselves. */
  readonly origin?: { readonly license?: string; readonly link?: string }
}

/** Characters of one file. */
const MAX_FILE = 8 * 1024 * 1024
const MAX_RULES = 50_000

interface Filter {
  readonly rules: ReadonlySet<string> | 'any'
  readonly logsource: LogSource
  readonly compiled: Compiled
  readonly negates: boolean
}

/**
 * A file may hold several YAML documents: rules (`detection`), correlations and filters; a rule that cannot be compiled is refused with a
 * reason and never stops the others. A second rule with an id already loaded is refused. Never throws.
 */
export function compileRules(files: readonly SourceFile[], options: CompileOptions = {}): CompileResult {
  const refused: RefusedRule[] = []
  const warnings: RefusedRule[] = []
  const rules: { rule: SigmaRule; compiled: Compiled }[] = []
  const drafts: CorrelationDraft[] = []
  const filters: Filter[] = []
  const ids = new Set<string>()
  const placeholders = options.placeholders ?? {}
  for (const { file, text, origin } of files) {
    for (const { document, problem, line } of documentsOf(text)) {
      try {
        if (problem !== undefined) throw new RuleProblem(problem)
        if (document['filter'] !== undefined) {
          const filter = readFilter(document, placeholders)
          filters.push(filter)
          if (!filter.negates)
            warnings.push({ file, ...named(document), reason: 'filter 的 condition 中没有 not：只有符合它的事件才会命中' })
          continue
        }
        if (rules.length + drafts.length >= MAX_RULES) throw new RuleProblem(`规则超过 ${MAX_RULES} 条`)
        if (document['correlation'] !== undefined) {
          const read = readCorrelation(document, file)
          const draft: CorrelationDraft = { ...read, rule: { ...origin, ...read.rule } }
          if (ids.has(draft.rule.id)) throw new RuleProblem('同一 id 的规则已经装入')
          drafts.push(draft)
          ids.add(draft.rule.id)
          continue
        }
        if (document['detection'] === undefined) throw new RuleProblem('缺少 detection、correlation 或 filter')
        const rule: SigmaRule = { ...origin, ...readRule(document, file) }
        if (ids.has(rule.id)) throw new RuleProblem('同一 id 的规则已经装入')
        rules.push({ rule, compiled: compileDetection(document['detection'], placeholders) })
        ids.add(rule.id)
      } catch (error) {
        refused.push({ file, ...(line === undefined ? {} : { line }), ...named(document), reason: (error as Error).message })
      }
    }
  }
  const filtered = rules.map(({ rule, compiled }) => {
    const own = filters.filter(filter => concerns(filter, rule)).map(filter => filter.compiled)
    return { rule, compiled: own.length === 0 ? compiled : all([compiled, ...own]) }
  })
  const resolved = resolveCorrelations(
    drafts,
    rules.map(({ rule }) => rule),
  )
  for (const { rule, reason } of resolved.refused) refused.push({ file: rule.file, id: rule.id, title: rule.title, reason })
  const ruleSet = new SigmaRuleSet(filtered, resolved.correlations, resolved.silent)
  return { ruleSet, loaded: filtered.length + resolved.correlations.length, refused, warnings }
}

function* documentsOf(text: string): Generator<{ document: Document; problem?: string; line?: number }> {
  const lines = new LineCounter()
  if (text.length > MAX_FILE) {
    yield { document: {}, problem: `文件超过 ${MAX_FILE} 个字符` }
    return
  }
  let parsed
  try {
    parsed = parseAllDocuments(text, { lineCounter: lines, merge: true, uniqueKeys: true, logLevel: 'silent' })
  } catch (error) {
    yield { document: {}, problem: `不是有效的 YAML：${firstLine(error)}` }
    return
  }
  for (const yaml of Array.isArray(parsed) ? parsed : []) {
    if (yaml.errors.length > 0) {
      const [error] = yaml.errors
      yield { document: {}, problem: `不是有效的 YAML：${firstLine(error)}`, line: lines.linePos(error!.pos[0]).line }
      continue
    }
    let document: unknown
    try {
      document = yaml.toJS({ maxAliasCount: 100 })
    } catch (error) {
      yield { document: {}, problem: `不是有效的 YAML：${firstLine(error)}` }
      continue
    }
    if (document === null || document === undefined) continue
    if (isMap(document)) yield { document }
    else yield { document: {}, problem: '文档必须是映射' }
  }
}

function readFilter(document: Document, placeholders: Placeholders): Filter {
  const body = document['filter']
  if (!isMap(body)) throw new RuleProblem('filter 必须是映射')
  const rules: unknown = body['rules']
  const names = (Array.isArray(rules) ? rules : [rules]).filter((name): name is string => typeof name === 'string')
  if (names.length === 0) throw new RuleProblem('filter 缺少 rules')
  return {
    rules: names.includes('any') ? 'any' : new Set(names),
    logsource: readLogSource(document['logsource']),
    compiled: compileDetection(body, placeholders, ['rules']),
    negates: [body['condition']].flat().every(condition => typeof condition === 'string' && /\bnot\b/i.test(condition)),
  }
}

/** A filter narrows the rules it names whose log source agrees with every part the filter sets. */
function concerns(filter: Filter, rule: SigmaRule): boolean {
  if (filter.rules !== 'any' && !filter.rules.has(rule.id) && !(rule.name !== undefined && filter.rules.has(rule.name))) return false
  return (['product', 'service', 'category'] as const).every(
    part => filter.logsource[part] === undefined || filter.logsource[part] === rule.logsource[part],
  )
}

function named(document: Document): { id?: string; title?: string } {
  const { id, title } = document
  return { ...(typeof id === 'string' ? { id } : {}), ...(typeof title === 'string' ? { title } : {}) }
}

function firstLine(error: unknown): string {
  return String((error as Error).message)
    .split('\n')[0]!
    .slice(0, 200)
}
