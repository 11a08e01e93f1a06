// Runs correlations over the matches of rules in event time; one per tenant (models/sigma-rule.ts), one per run of `guanjia detect`.
import { numberOf } from './compare.js'
import { CorrelationGroup, type Firing, type SavedGroup } from './correlation-group.js'
import type { Correlation } from './correlation-rule.js'
import { SavedCorrelations } from './correlation-state.js'
import { EventView } from './event-view.js'
import type { SigmaRule } from './rule.js'

export interface CorrelationLimits {
  /** Groups of one correlation; the stalest goes first. */
  readonly groups: number
  /** Matches kept in all groups of all correlations together. */
  readonly matches: number
  /** Characters of a snapshot, roughly. */
  readonly snapshot: number
}

export interface Fired<T> {
  readonly correlation: Correlation
  /** Milliseconds, time of the completing match. */
  readonly at: number
  /** By the names of `group-by`. */
  readonly group: Readonly<Record<string, string>>
  readonly measured: number
  /** Of up to five matches, the completing one last. */
  readonly tokens: readonly T[]
}

export interface CorrelationCounts {
  groups: number
  matches: number
  /** Groups forgotten for want of room, and single matches of very large groups. */
  dropped: number
  /** Matches that came too late for their window. */
  late: number
}

interface Match<T> {
  readonly id: string
  readonly at: number
  readonly token: T
  textsOf(field: string): readonly string[]
}

const MAX_TEXT = 256
/** Matches of one group that are saved. */
const SAVED_MATCHES = 200

export class CorrelationEngine<T> {
  private readonly groups: Map<string, CorrelationGroup<T>>[]
  /** Which correlations look at a rule, by its id. */
  private readonly users = new Map<string, number[]>()
  private watermark = -Infinity
  private nextClose = Infinity
  readonly counts: CorrelationCounts = { groups: 0, matches: 0, dropped: 0, late: 0 }

  /** @param correlations every one after those it looks at, as rule-set.ts holds them */
  constructor(
    private readonly correlations: readonly Correlation[],
    private readonly limits: CorrelationLimits,
  ) {
    this.groups = correlations.map(() => new Map<string, CorrelationGroup<T>>())
    correlations.forEach(({ parts }, index) => {
      for (const id of new Set(parts.map(part => part.id))) this.users.set(id, [...(this.users.get(id) ?? []), index])
    })
  }

  /**
   * One event and the rules it matched, perhaps none: time goes on with every event.
   * @param at event time in milliseconds @param token what is handed back as evidence of this event
   */
  push(matched: readonly SigmaRule[], fields: Readonly<Record<string, unknown>>, at: number, token: T): Fired<T>[] {
    if (this.correlations.length === 0) return []
    const fired: Fired<T>[] = []
    if (at > this.watermark) this.watermark = at
    if (this.watermark >= this.nextClose) this.closeUntil(this.watermark, fired)
    if (matched.length === 0) return fired
    let view: EventView | undefined
    const textsOf = (field: string) => (view ??= new EventView(fields)).field(field).raw()
    const matches = matched.filter(({ id }) => this.users.has(id)).map(({ id }): Match<T> => ({ id, at, token, textsOf }))
    if (matches.length > 0) this.feed(matches, fired)
    return fired
  }

  /** The recording is over: windows that are judged at their end are judged now. */
  end(): Fired<T>[] {
    const fired: Fired<T>[] = []
    this.closeUntil(Infinity, fired)
    return fired
  }

  snapshot(): unknown {
    const state = new SavedCorrelations<T>(this.limits.snapshot)
    this.correlations.forEach((correlation, index) => {
      // The latest first: what does not fit is what was longest still.
      for (const [key, group] of [...this.groups[index]!].reverse()) if (!state.add(correlation, key, group.saved(SAVED_MATCHES))) return
    })
    return state.finished(this.watermark)
  }

  /** Groups of correlations that read differently by now are forgotten. Never throws. */
  restore(state: unknown, readToken: (value: unknown) => T | undefined): void {
    const saved = SavedCorrelations.read(state, this.correlations, readToken)
    this.watermark = saved.watermark
    Object.assign(this.counts, { groups: 0, matches: 0 })
    this.correlations.forEach((correlation, index) => {
      const groups = new Map<string, CorrelationGroup<T>>()
      for (const [key, group] of (saved.groups.get(correlation.rule.id) ?? []) as [string, SavedGroup<T>][]) {
        const restored = CorrelationGroup.restored(correlation, group)
        groups.set(key, restored)
        this.counts.groups += 1
        this.counts.matches += restored.size
        if (restored.openedAt !== undefined) this.nextClose = Math.min(this.nextClose, restored.openedAt + correlation.timespanMs)
      }
      this.groups[index] = groups
    })
  }

  private feed(matches: Match<T>[], fired: Fired<T>[]): void {
    const byId = new Map(matches.map(match => [match.id, match]))
    const waiting = new Set(matches.flatMap(match => this.users.get(match.id) ?? []))
    while (waiting.size > 0) {
      const index = Math.min(...waiting)
      waiting.delete(index)
      const correlation = this.correlations[index]!
      for (const one of this.judge(index, correlation, byId)) {
        fired.push(one)
        byId.set(correlation.rule.id, this.matchOf(one))
        for (const user of this.users.get(correlation.rule.id) ?? []) waiting.add(user)
      }
    }
  }

  private matchOf({ correlation, at, group, tokens }: Fired<T>): Match<T> {
    const textsOf = (field: string) => (Object.hasOwn(group, field) ? [group[field]!] : [])
    return { id: correlation.rule.id, at, token: tokens.at(-1)!, textsOf }
  }

  private judge(index: number, correlation: Correlation, byId: ReadonlyMap<string, Match<T>>): Fired<T>[] {
    const fired = new Map<string, Fired<T>>()
    const counted = new Set<string>()
    const isTemporal = correlation.type.startsWith('temporal')
    correlation.parts.forEach(({ id, groupFields }, part) => {
      const match = byId.get(id)
      const names = match === undefined ? undefined : groupNames(match, groupFields)
      if (match === undefined || names === undefined) return
      const key = JSON.stringify(names)
      // An event that several rules match is still one event.
      if (!isTemporal && counted.has(key)) return
      const values = valuesOf(correlation, match)
      if (values === undefined) return
      counted.add(key)
      const group = this.groupOf(index, correlation, key, match.at)
      const before = group.size
      const droppedBefore = group.dropped
      const outcome = group.add({ at: match.at, part, values }, match.token)
      this.counts.matches += group.size - before
      this.counts.dropped += group.dropped - droppedBefore
      if (outcome === 'late') this.counts.late += 1
      else if (outcome !== undefined) fired.set(key, this.told(correlation, names, group, outcome))
      if (correlation.onClose && group.openedAt !== undefined)
        this.nextClose = Math.min(this.nextClose, group.openedAt + correlation.timespanMs)
    })
    this.makeRoom(index)
    return [...fired.values()]
  }

  private told(correlation: Correlation, names: readonly string[], group: CorrelationGroup<T>, firing: Firing): Fired<T> {
    const entries = correlation.groupBy.map((field, at): [string, string] => [field, names[at]!])
    return { correlation, at: firing.at, group: Object.fromEntries(entries), measured: firing.measured, tokens: group.tokens() }
  }

  private groupOf(index: number, correlation: Correlation, key: string, at: number): CorrelationGroup<T> {
    const groups = this.groups[index]!
    const known = groups.get(key)
    if (known !== undefined) {
      // The order of the map is that of use, except where windows close in the order they were opened.
      if (!correlation.onClose) {
        groups.delete(key)
        groups.set(key, known)
      }
      return known
    }
    for (const [stale, group] of groups) {
      if (correlation.onClose || group.newest > at - 2 * correlation.timespanMs) break
      this.drop(groups, stale, group)
    }
    const made = new CorrelationGroup<T>(correlation)
    groups.set(key, made)
    this.counts.groups += 1
    return made
  }

  private makeRoom(index: number): void {
    const groups = this.groups[index]!
    while (groups.size > this.limits.groups || (this.counts.matches > this.limits.matches && groups.size > 0)) {
      const [key, group] = groups.entries().next().value!
      this.drop(groups, key, group)
      this.counts.dropped += 1
    }
  }

  private drop(groups: Map<string, CorrelationGroup<T>>, key: string, group: CorrelationGroup<T>): void {
    groups.delete(key)
    this.counts.groups -= 1
    this.counts.matches -= group.size
  }

  private closeUntil(time: number, fired: Fired<T>[]): void {
    this.nextClose = Infinity
    this.correlations.forEach((correlation, index) => {
      if (!correlation.onClose) return
      const groups = this.groups[index]!
      for (const [key, group] of [...groups]) {
        const end = (group.openedAt ?? -Infinity) + correlation.timespanMs
        if (end > time) {
          this.nextClose = Math.min(this.nextClose, end)
          continue
        }
        this.drop(groups, key, group)
        const firing = group.close()
        if (firing === undefined) continue
        const one = this.told(correlation, JSON.parse(key) as string[], group, firing)
        fired.push(one)
        if (this.users.has(correlation.rule.id)) this.feed([this.matchOf(one)], fired)
      }
    })
  }
}

/** Undefined when the event lacks one of the fields. */
function groupNames<T>(match: Match<T>, fields: readonly string[]): string[] | undefined {
  const names: string[] = []
  for (const field of fields) {
    const texts = match.textsOf(field)
    if (texts.length === 0) return undefined
    names.push(texts.length === 1 ? texts[0]!.slice(0, MAX_TEXT) : texts.join(',').slice(0, MAX_TEXT))
  }
  return names
}

/** What the value types read from a match; undefined when it has nothing to read, and so does not count. */
function valuesOf<T>(correlation: Correlation, match: Match<T>): (string | number)[] | undefined {
  const { type, fields } = correlation
  if (fields.length === 0) return []
  const texts = fields.map(field => match.textsOf(field))
  if (texts.some(one => one.length === 0)) return undefined
  if (type === 'value_count') {
    if (texts.length === 1) return texts[0]!.slice(0, 100).map(text => text.slice(0, MAX_TEXT))
    return [JSON.stringify(texts.map(one => one.join(',').slice(0, MAX_TEXT)))]
  }
  const numbers = texts[0]!.slice(0, 100).flatMap(text => numberOf(text) ?? [])
  const finite = numbers.filter(number => Number.isFinite(number))
  return finite.length === 0 ? undefined : finite
}
