// Compiled rules in a form that touches few of them per event; made by compile-rules.ts, asked by models/sigma-rule.ts for every event.
import type { Correlation } from './correlation-rule.js'
import { numberOf } from './compare.js'
import type { Compiled } from './entry.js'
import { EventView } from './event-view.js'
import { LiteralIndex, type Literal } from './literal-index.js'
import { keyOf as keyOfNeed, NeedCounts, type Need, type Needs } from './needs.js'
import type { EventLogSource, SigmaEvent, SigmaRule } from './rule.js'

interface Member {
  readonly rule: SigmaRule
  readonly test: Compiled['test']
  readonly needs: Needs
}

/** Which rules (by their place in the set) a field's value makes possible. */
interface FieldIndex {
  readonly present: readonly number[]
  readonly numbers: ReadonlyMap<number, readonly number[]>
  /** Undefined when no rule looks for a text here. */
  readonly texts: LiteralIndex | undefined
}

/** The rules of one log source. Its index is made anew a few times, when it has been seen which needs are common in this stream of events. */
interface Bucket {
  readonly members: readonly number[]
  index: BucketIndex
  events: number
  /** After so many events the index is looked over. */
  due: number
  /** How often each rule was tried, by its place in the set; counted until the last look. */
  tried: Map<number, number> | undefined
  readonly seen: Map<string, number>
}

interface BucketIndex {
  readonly chosen: ReadonlyMap<number, readonly Need[] | undefined>
  readonly always: readonly number[]
  /** By name as written at top level. */
  readonly fields: ReadonlyMap<string, FieldIndex>
  /** The same side by side, to be gone through for every event. */
  readonly names: readonly string[]
  readonly indexes: readonly FieldIndex[]
  /** Fields with dots, by every beginning that may be a key of its own holding an object. */
  readonly paths: ReadonlyMap<string, readonly string[]>
  /** Rules that look into every value. */
  readonly everywhere: FieldIndex | undefined
}

/** Combinations of log sources as events name them, remembered; more than any real installation has. */
const MAX_SOURCES = 1_000
const MAX_DEPTH = 24
const MAX_VALUES = 10_000
/** When an index is looked over, in events of its bucket; a rule tried more often than this share of them is filed under something else. */
const LOOKS = [500, 4_000, 32_000, 256_000]
const COMMON = 1 / 64
/** Fewer than events usually have. */
const FEW_FIELDS = 16
const NONE: readonly SigmaRule[] = []

export class SigmaRuleSet {
  private readonly members: readonly Member[]
  private readonly counts = new NeedCounts()
  private readonly words: Readonly<Record<'product' | 'service' | 'category', ReadonlySet<string>>>
  private readonly bySource = new Map<string, Bucket>()
  private readonly buckets = new Map<string, Bucket>()
  private readonly marks: Uint32Array
  private mark = 0
  private candidates: number[] = []

  constructor(
    rules: readonly { readonly rule: SigmaRule; readonly compiled: Compiled }[],
    /** Judged over the matches of these rules by correlation-engine.ts, one engine per tenant. */
    readonly correlations: readonly Correlation[] = [],
    /** Ids of rules that only feed correlations and give no alert of their own. */
    private readonly silent: ReadonlySet<string> = new Set(),
  ) {
    for (const { compiled } of rules) this.counts.add(compiled.needs)
    this.members = rules.map(({ rule, compiled }) => ({ rule, test: compiled.test, needs: compiled.needs }))
    const named = (part: 'product' | 'service' | 'category') => new Set(rules.flatMap(({ rule }) => rule.logsource[part] ?? []))
    this.words = { product: named('product'), service: named('service'), category: named('category') }
    this.marks = new Uint32Array(rules.length)
  }

  get rules(): readonly SigmaRule[] {
    return this.members.map(member => member.rule)
  }

  isSilent(rule: { readonly id: string }): boolean {
    return this.silent.has(rule.id)
  }

  /** Authors of these rules, each once; for what is told of several of them together. */
  authorsOf(ids: readonly string[]): string[] {
    const wanted = new Set(ids)
    return [...new Set(this.members.flatMap(({ rule }) => (wanted.has(rule.id) && rule.author !== undefined ? [rule.author] : [])))]
  }

  /** Every rule that matches, in the order they were loaded. */
  match(event: SigmaEvent): readonly SigmaRule[] {
    const bucket = this.bucketOf(event.logsource)
    const candidates = this.possible(bucket.index, event)
    if (bucket.tried !== undefined) this.observe(bucket, candidates)
    if (candidates.length === 0) return NONE
    const view = new EventView(event.fields, event.keywords)
    const matched = candidates.filter(member => this.members[member]!.test(view))
    if (matched.length === 0) return NONE
    return matched.sort((a, b) => a - b).map(member => this.members[member]!.rule)
  }

  /** The same by trying every rule of the log source: what `match` is measured against. */
  matchByTryingAll(event: SigmaEvent): readonly SigmaRule[] {
    const view = new EventView(event.fields, event.keywords)
    return this.bucketOf(event.logsource)
      .members.filter(member => this.members[member]!.test(view))
      .map(member => this.members[member]!.rule)
  }

  private possible(bucket: BucketIndex, { fields, keywords }: SigmaEvent): readonly number[] {
    this.mark += 1
    if (this.mark > 0xfffffffe) {
      this.marks.fill(0)
      this.mark = 1
    }
    this.candidates = []
    this.add(bucket.always)
    if (bucket.names.length <= FEW_FIELDS) this.considerNames(bucket, fields)
    else this.considerKeys(bucket, fields)
    if (bucket.everywhere !== undefined) this.considerAll(bucket.everywhere, keywords ?? fields, 0, { left: MAX_VALUES })
    return this.candidates
  }

  /** For rules that look at few fields: what else the event has is passed by. */
  private considerNames(bucket: BucketIndex, fields: SigmaEvent['fields']): void {
    const { names, indexes, paths } = bucket
    for (let i = 0; i < names.length; i += 1) {
      const name = names[i]!
      const value = fields[name]
      if (value !== undefined && Object.hasOwn(fields, name)) this.consider(indexes[i]!, value)
    }
    for (const [name, inside] of paths) {
      const value = fields[name]
      if (typeof value === 'object' && value !== null && Object.hasOwn(fields, name)) this.considerPaths(bucket, inside, fields)
    }
  }

  private considerKeys(bucket: BucketIndex, fields: SigmaEvent['fields']): void {
    for (const name of Object.keys(fields)) {
      const value = fields[name]
      if (value === undefined) continue
      const index = bucket.fields.get(name)
      if (index !== undefined) this.consider(index, value)
      if (typeof value === 'object' && value !== null && bucket.paths.size > 0) {
        const paths = bucket.paths.get(name)
        if (paths !== undefined) this.considerPaths(bucket, paths, fields)
      }
    }
  }

  private observe(bucket: Bucket, candidates: readonly number[]): void {
    const tried = bucket.tried!
    for (const member of candidates) tried.set(member, (tried.get(member) ?? 0) + 1)
    bucket.events += 1
    if (bucket.events < bucket.due) return
    const common = [...tried].filter(([, times]) => times > bucket.events * COMMON)
    for (const [member, times] of common)
      for (const need of bucket.index.chosen.get(member) ?? []) {
        const key = keyOfNeed(need)
        bucket.seen.set(key, Math.max(bucket.seen.get(key) ?? 1, (10_000 * times) / bucket.events))
      }
    if (common.length > 0) bucket.index = this.indexOf(bucket.members, bucket.seen)
    const next = LOOKS.find(look => look > bucket.due)
    bucket.events = 0
    bucket.due = next ?? 0
    bucket.tried = next === undefined ? undefined : new Map()
  }

  private indexOf(members: readonly number[], seen: ReadonlyMap<string, number>): BucketIndex {
    return makeIndex(new Map(members.map(member => [member, this.counts.choose(this.members[member]!.needs, seen)])))
  }

  private considerPaths(bucket: BucketIndex, paths: readonly string[], fields: SigmaEvent['fields']): void {
    const view = new EventView(fields)
    for (const path of paths) {
      const found = view.field(path)
      if (found.isFound) this.consider(bucket.fields.get(path)!, found.values)
    }
  }

  private consider(index: FieldIndex, value: unknown): void {
    if (index.present.length > 0) this.add(index.present)
    this.considerValue(index, value, 0)
  }

  private considerValue(index: FieldIndex, value: unknown, depth: number): void {
    if (typeof value === 'string') {
      if (index.texts !== undefined) this.add(index.texts.owning(value))
      if (index.numbers.size > 0) this.considerNumber(index, value)
    } else if (typeof value === 'number' || typeof value === 'bigint') {
      if (index.texts?.mayHitNumbers === true) this.add(index.texts.owning(String(value)))
      if (index.numbers.size > 0) this.considerNumber(index, value)
    } else if (typeof value === 'boolean') {
      if (index.texts !== undefined) this.add(index.texts.owning(String(value)))
    } else if (Array.isArray(value) && depth <= MAX_DEPTH) {
      for (const item of value) this.considerValue(index, item, depth + 1)
    }
  }

  private considerNumber(index: FieldIndex, value: unknown): void {
    const number = numberOf(value)
    const members = number === undefined ? undefined : index.numbers.get(number)
    if (members !== undefined) this.add(members)
  }

  private considerAll(index: FieldIndex, value: unknown, depth: number, budget: { left: number }): void {
    if (budget.left <= 0 || depth > MAX_DEPTH) return
    if (typeof value === 'object' && value !== null) {
      for (const item of Array.isArray(value) ? (value as unknown[]) : Object.values(value))
        this.considerAll(index, item, depth + 1, budget)
      return
    }
    budget.left -= 1
    this.considerValue(index, value, depth)
  }

  private add(members: ArrayLike<number>): void {
    for (let i = 0; i < members.length; i += 1) {
      const member = members[i]!
      if (this.marks[member] === this.mark) continue
      this.marks[member] = this.mark
      this.candidates.push(member)
    }
  }

  private bucketOf(logsource: EventLogSource): Bucket {
    const { product, service, category, partial } = logsource
    const key = `${product ?? ''}\n${keyOf(service)}\n${keyOf(category)}\n${partial === true ? '?' : ''}`
    const known = this.bySource.get(key)
    if (known !== undefined) return known
    const bucket = this.sharedBucket(logsource)
    if (this.bySource.size >= MAX_SOURCES) this.bySource.clear()
    this.bySource.set(key, bucket)
    return bucket
  }

  /** Words no rule names make no difference, so programs' names and the like share a bucket. */
  private sharedBucket({ product, service, category, partial }: EventLogSource): Bucket {
    const told = {
      product: wordsOf(product),
      service: wordsOf(service),
      category: wordsOf(category),
    }
    const parts = ['product', 'service', 'category'] as const
    const known = parts.map(part => told[part].filter(word => this.words[part].has(word)).sort())
    const open = parts.map(part => partial === true && told[part].length === 0)
    const key = JSON.stringify([known, open])
    const made = this.buckets.get(key)
    if (made !== undefined) return made
    const fits = ({ rule: { logsource: wanted } }: Member) =>
      parts.every((part, at) => wanted[part] === undefined || open[at] === true || known[at]!.includes(wanted[part]))
    const members = this.members.flatMap((member, at) => (fits(member) ? [at] : []))
    const seen = new Map<string, number>()
    const bucket: Bucket = { members, index: this.indexOf(members, seen), events: 0, due: LOOKS[0]!, tried: new Map(), seen }
    if (this.buckets.size >= MAX_SOURCES) this.buckets.clear()
    this.buckets.set(key, bucket)
    return bucket
  }
}

function keyOf(words: string | readonly string[] | undefined): string {
  return words === undefined ? '' : typeof words === 'string' ? words : words.join('\r')
}

function wordsOf(words: string | readonly string[] | undefined): string[] {
  return (typeof words === 'string' ? [words] : [...(words ?? [])]).slice(0, 20).map(word => word.toLowerCase())
}

class IndexDraft {
  readonly present: number[] = []
  readonly numbers = new Map<number, number[]>()
  readonly equal: { text: string; owner: number }[] = []
  readonly literals: Literal[] = []

  add(need: Need, owner: number): void {
    if (need.kind === 'present') this.present.push(owner)
    else if (need.kind === 'equals') this.equal.push({ text: need.text, owner })
    else if (need.kind === 'piece') this.literals.push({ text: need.text, start: need.start, end: need.end, owner })
    else this.numbers.set(need.value, [...(this.numbers.get(need.value) ?? []), owner])
  }

  finished(): FieldIndex {
    const hasTexts = this.equal.length > 0 || this.literals.length > 0
    return { present: this.present, numbers: this.numbers, texts: hasTexts ? new LiteralIndex(this.equal, this.literals) : undefined }
  }
}

function makeIndex(chosen: ReadonlyMap<number, readonly Need[] | undefined>): BucketIndex {
  const always: number[] = []
  const drafts = new Map<string, IndexDraft>()
  for (const [owner, needs] of chosen) {
    if (needs === undefined) always.push(owner)
    for (const need of needs ?? []) {
      if (need.kind === 'present' && need.field === '') {
        always.push(owner)
        continue
      }
      const draft = drafts.get(need.field) ?? new IndexDraft()
      drafts.set(need.field, draft)
      draft.add(need, owner)
    }
  }
  const everywhere = drafts.get('')?.finished()
  drafts.delete('')
  const paths = new Map<string, string[]>()
  for (const name of drafts.keys())
    for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
      const head = name.slice(0, dot)
      paths.set(head, [...(paths.get(head) ?? []), name])
    }
  const fields = new Map([...drafts].map(([name, draft]) => [name, draft.finished()]))
  return { chosen, always, paths, everywhere, fields, names: [...fields.keys()], indexes: [...fields.values()] }
}
