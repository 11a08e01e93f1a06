// Compiled rules in a form that touches few of them per event; made by compile-rules.ts, asked by models/sigma-rule.ts for every event.
import { numberOf } from './compare.js'
import type { Compiled } from './entry.js'
import { EventView } from './event-view.js'
import { foldCase } from './fold-case.js'
import { tailOf } from './needs.js'
import type { EventLogSource, SigmaEvent, SigmaRule } from './rule.js'

interface Member {
  readonly rule: SigmaRule
  readonly test: Compiled['test']
  readonly needs: Compiled['needs']
  readonly order: number
}

/** Which rules an event's field makes possible. */
interface FieldIndex {
  readonly present: Member[]
  readonly equals: Map<string, Member[]>
  readonly tails: Map<string, Member[]>
  readonly numbers: Map<number, Member[]>
}

interface Bucket {
  readonly always: readonly Member[]
  readonly fields: ReadonlyMap<string, FieldIndex>
}

/** Combinations of log sources seen lately; more than any real installation has. */
const MAX_BUCKETS = 1_000

export class SigmaRuleSet {
  private readonly members: readonly Member[]
  private readonly buckets = new Map<string, Bucket>()
  constructor(rules: readonly { readonly rule: SigmaRule; readonly compiled: Compiled }[]) {
    this.members = rules.map(({ rule, compiled }, order) => ({ rule, test: compiled.test, needs: compiled.needs, order }))
  }

  get rules(): readonly SigmaRule[] {
    return this.members.map(member => member.rule)
  }

  /** Every rule that matches, in the order they were loaded. */
  match(event: SigmaEvent): SigmaRule[] {
    const bucket = this.bucketOf(event.logsource)
    const view = new EventView(event.fields, event.keywords)
    const candidates = new Set<Member>(bucket.always)
    for (const [field, index] of bucket.fields) {
      const value = view.field(field)
      if (!value.isFound) continue
      add(candidates, index.present)
      if (index.equals.size > 0 || index.tails.size > 0) {
        for (const text of value.lower()) {
          add(candidates, index.equals.get(text))
          if (index.tails.size > 0) add(candidates, index.tails.get(tailOf(text)))
        }
      }
      if (index.numbers.size > 0) {
        for (const scalar of value.scalars) {
          const number = numberOf(scalar)
          if (number !== undefined) add(candidates, index.numbers.get(number))
        }
      }
    }
    const matched = [...candidates].filter(member => member.test(view))
    return matched.sort((a, b) => a.order - b.order).map(member => member.rule)
  }

  private bucketOf(logsource: EventLogSource): Bucket {
    const product = logsource.product?.toLowerCase() ?? ''
    const services = wordsOf(logsource.service)
    const categories = wordsOf(logsource.category)
    const key = JSON.stringify([product, services, categories])
    const known = this.buckets.get(key)
    if (known !== undefined) return known
    const bucket = makeBucket(
      this.members.filter(({ rule: { logsource: wanted } }) => {
        if (wanted.product !== undefined && wanted.product !== product) return false
        if (wanted.service !== undefined && !services.includes(wanted.service)) return false
        return wanted.category === undefined || categories.includes(wanted.category)
      }),
    )
    if (this.buckets.size >= MAX_BUCKETS) this.buckets.clear()
    this.buckets.set(key, bucket)
    return bucket
  }
}

function wordsOf(words: string | readonly string[] | undefined): string[] {
  return (typeof words === 'string' ? [words] : [...(words ?? [])]).slice(0, 20).map(word => word.toLowerCase())
}

function makeBucket(members: readonly Member[]): Bucket {
  const always: Member[] = []
  const fields = new Map<string, FieldIndex>()
  const indexOf = (field: string) => {
    const index: FieldIndex = fields.get(field) ?? { present: [], equals: new Map(), tails: new Map(), numbers: new Map() }
    fields.set(field, index)
    return index
  }
  for (const member of members) {
    if (member.needs === undefined) always.push(member)
    for (const need of member.needs ?? []) {
      const index = indexOf(need.field)
      if (need.kind === 'present') index.present.push(member)
      else if (need.kind === 'number') push(index.numbers, need.value, member)
      else push(need.kind === 'equals' ? index.equals : index.tails, foldCase(need.text), member)
    }
  }
  return { always, fields }
}

function push<K>(map: Map<K, Member[]>, key: K, member: Member): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [member])
  else list.push(member)
}

function add(candidates: Set<Member>, members: readonly Member[] | undefined): void {
  if (members !== undefined) for (const member of members) candidates.add(member)
}
