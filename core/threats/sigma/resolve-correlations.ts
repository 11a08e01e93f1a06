// Ties correlations to the rules and correlations they name, inner before outer, cycles refused; used by compile-rules.ts.
import type { Correlation, CorrelationDraft } from './correlation-rule.js'
import { RuleProblem, type SigmaRule } from './rule.js'

export interface Resolved {
  /** Every correlation after those it looks at. */
  readonly correlations: readonly Correlation[]
  /** Ids of single rules that give no alert of their own because a correlation speaks for them. */
  readonly silent: ReadonlySet<string>
  readonly refused: readonly { readonly rule: SigmaRule; readonly reason: string }[]
}

export function resolveCorrelations(drafts: readonly CorrelationDraft[], rules: readonly SigmaRule[]): Resolved {
  const ids = namesOf([...rules, ...drafts.map(draft => draft.rule)])
  const byId = new Map(drafts.map(draft => [draft.rule.id, draft]))
  const done = new Map<string, Correlation | string>()
  const underWay = new Set<string>()
  const ordered: Correlation[] = []

  /** @returns the reason why it cannot be used */
  function resolve(draft: CorrelationDraft): string | undefined {
    const { id } = draft.rule
    const known = done.get(id)
    if (known !== undefined) return typeof known === 'string' ? known : undefined
    if (underWay.has(id)) return 'correlation 互相引用成环'
    underWay.add(id)
    let outcome: Correlation | string
    try {
      outcome = tied(draft)
    } catch (error) {
      if (!(error instanceof RuleProblem)) throw error
      outcome = error.message
    }
    underWay.delete(id)
    done.set(id, outcome)
    if (typeof outcome === 'string') return outcome
    ordered.push(outcome)
    return undefined
  }

  function tied(draft: CorrelationDraft): Correlation {
    const parts = draft.names.map(name => {
      const id = ids.get(name)
      if (id === undefined) throw new RuleProblem(`rules 中的 ${name.slice(0, 80)} 没有装入`)
      if (id === AMBIGUOUS) throw new RuleProblem(`rules 中的名称 ${name.slice(0, 80)} 不止一条规则`)
      const inner = byId.get(id)
      const reason = inner === undefined ? undefined : resolve(inner)
      if (reason !== undefined)
        throw new RuleProblem(reason.includes('成环') ? reason : `rules 中的 ${name.slice(0, 80)} 不能使用：${reason}`)
      return { id, groupFields: draft.groupBy.map(field => draft.aliases.get(field)?.get(name) ?? field) }
    })
    const completing = draft.comparisons.length === 0 || draft.comparisons.some(({ order }) => ['gt', 'gte', 'eq'].includes(order))
    return { ...draft, parts, onClose: !completing }
  }

  const refused = drafts.flatMap(draft => {
    const reason = resolve(draft)
    return reason === undefined ? [] : [{ rule: draft.rule, reason }]
  })
  const spoken = new Set(ordered.flatMap(one => (one.generate ? one.parts.map(part => part.id) : [])))
  const silent = new Set(ordered.flatMap(one => one.parts.map(part => part.id)).filter(id => !spoken.has(id) && !byId.has(id)))
  return { correlations: ordered, silent, refused }
}

const AMBIGUOUS = Symbol('several rules')

function namesOf(rules: readonly SigmaRule[]): Map<string, string | typeof AMBIGUOUS> {
  const ids = new Map<string, string | typeof AMBIGUOUS>()
  for (const { name, id } of rules) if (name !== undefined) ids.set(name, ids.has(name) && ids.get(name) !== id ? AMBIGUOUS : id)
  // An id always means itself.
  for (const { id } of rules) ids.set(id, id)
  return ids
}
