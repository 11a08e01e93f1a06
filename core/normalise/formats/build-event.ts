// From the keys a format has read to an event: its own field map first, then the usual names, then what actions and results mean.
import { ownText } from '../../own-text.js'
import type { EventDraft } from '../define-parser.js'
import type { TimeContext } from '../event-time.js'
import { isObject, isSafeKey } from '../merge-draft.js'
import { isAllowed, isDenied, outcomeOf } from './action-words.js'
import { headerKey, usualKey } from './common-keys.js'
import { convert, isEmpty, type Converter } from './convert.js'

export interface FieldRule {
  readonly key: string
  readonly to: readonly string[]
  readonly as: Converter
  readonly map: ReadonlyMap<string, unknown> | undefined
}
export interface DecideRule {
  readonly key: string
  readonly when: ReadonlyMap<string, readonly (readonly [path: string, value: unknown])[]>
}
export interface BuildRules {
  readonly fields: readonly FieldRule[]
  readonly listed: ReadonlySet<string>
  readonly set: readonly (readonly [path: string, value: unknown])[]
  readonly decide: readonly DecideRule[]
  readonly usual: boolean
}
export type Keys = Record<string, unknown>

/** A key, or a way through objects (`a.b.c`, `list.0.x`). */
export function lookUp(keys: Keys, path: string): unknown {
  if (Object.hasOwn(keys, path)) return keys[path]
  if (!path.includes('.')) return undefined
  let at: unknown = keys
  for (const part of path.split('.')) {
    if (Array.isArray(at)) at = (at as unknown[])[Number(part)]
    else if (isObject(at) && Object.hasOwn(at, part)) at = at[part]
    else return undefined
  }
  return at
}

/** Texts and numbers as text, everything else as nothing. */
export function wordOf(value: unknown): string {
  return typeof value === 'string'
    ? value.trim().toLowerCase()
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : ''
}

export function buildEvent(keys: Keys, rules: BuildRules, header: boolean, time: TimeContext): EventDraft {
  const out: Record<string, unknown> = {}
  /** First come, first served: own rules stand before usual names. */
  const put = (path: string, value: unknown): void => {
    if (value === undefined) return
    if (isObject(value)) {
      for (const [key, item] of Object.entries(value)) put(`${path}.${key}`, item)
      return
    }
    place(out, path, value)
  }
  for (const rule of rules.fields) {
    const value = lookUp(keys, rule.key)
    if (isEmpty(value)) continue
    const mapped = rule.map === undefined ? value : mapValue(rule.map, value)
    if (mapped === undefined || mapped === '') continue
    for (const path of rule.to) convert(path, rule.as, mapped, time, put)
  }
  for (const key of Object.keys(keys))
    if (!rules.listed.has(key) && key.includes('.') && PATH.test(key) && !isEmpty(keys[key])) convert(key, 'auto', keys[key], time, put)
  if (keys['@timestamp'] !== undefined && !rules.listed.has('@timestamp')) convert('@timestamp', 'time', keys['@timestamp'], time, put)
  if (rules.usual) addUsual(keys, rules.listed, header, time, put)
  for (const decision of rules.decide) {
    const found = lookUp(keys, decision.key)
    if (isEmpty(found)) continue
    const value = wordOf(found)
    const then = decision.when.get(value) ?? prefixed(decision.when, value) ?? decision.when.get('*')
    for (const [path, item] of then ?? []) set(out, path, item)
  }
  for (const [path, value] of rules.set) place(out, path, value)
  settle(out)
  return out
}

/** Names a pattern may give to a piece to say at once where it goes. */
const PATH =
  /^(?:source|destination|client|server|user|host|observer|event|network|url|http|process|file|dns|rule|log|user_agent|tls|related|vulnerability|email|group|threat|service|registry|package|cloud|container|error)\.[a-z_.]+$/

function mapValue(map: ReadonlyMap<string, unknown>, value: unknown): unknown {
  const word = wordOf(value)
  return map.has(word) ? map.get(word) : map.has('*') ? map.get('*') : value
}

function prefixed<T>(map: ReadonlyMap<string, T>, value: string): T | undefined {
  for (const [key, item] of map) if (key.length > 1 && key.endsWith('*') && value.startsWith(key.slice(0, -1))) return item
  return undefined
}

const MAX_FLAT = 600

function addUsual(
  keys: Keys,
  listed: ReadonlySet<string>,
  header: boolean,
  time: TimeContext,
  put: (path: string, value: unknown) => void,
): void {
  const best = new Map<string, { rank: number; value: unknown }[]>()
  let left = MAX_FLAT
  const look = (key: string, value: unknown, depth: number): void => {
    left -= 1
    if (left < 0 || isEmpty(value)) return
    if (isObject(value)) {
      if (depth < 4) for (const [inner, item] of Object.entries(value)) look(inner, item, depth + 1)
      return
    }
    if (Array.isArray(value)) {
      const items = value as unknown[]
      if (depth < 4 && isObject(items[0])) look(key, items[0], depth + 1)
      else if (items.length > 0 && typeof items[0] === 'string') look(key, items[0], depth + 1)
      return
    }
    const usual = header ? (headerKey(key) ?? usualKey(key)) : usualKey(key)
    if (usual === undefined) return
    const entry = { rank: usual.rank + depth * 100, value }
    const list = best.get(usual.path)
    if (list === undefined) best.set(usual.path, [entry])
    else list.push(entry)
  }
  const { date, time: clock } = keys
  // Many devices write day and time as two keys.
  if (typeof date === 'string' && typeof clock === 'string' && /^\d{1,2}:\d{2}/.test(clock) && !listed.has('date') && !listed.has('time'))
    convert('@timestamp', 'time', `${date} ${clock}`, time, put)
  for (const [key, value] of Object.entries(keys)) if (!listed.has(key) && !key.startsWith('@')) look(key, value, 0)
  for (const [path, entries] of best) {
    entries.sort((a, b) => a.rank - b.rank)
    // `src=` may hold a name and `srcip=` the address: the next best is tried when one does not fit.
    for (const { value } of entries) {
      if (path === 'message' && typeof value !== 'string') continue
      let fits = false
      convert(path, 'auto', value, time, (to, item) => {
        fits = true
        put(to, item)
      })
      if (fits) break
    }
  }
}

function place(out: Record<string, unknown>, path: string, value: unknown): void {
  write(out, path, value, false)
}
function set(out: Record<string, unknown>, path: string, value: unknown): void {
  write(out, path, value, true)
}

const splitPaths = new Map<string, readonly string[]>()
const MAX_PATHS = 4_096

function partsOf(path: string): readonly string[] {
  const known = splitPaths.get(path)
  if (known !== undefined) return known
  const parts = path.split('.')
  // Paths are those of the formats; only keys that are paths themselves come from lines.
  if (splitPaths.size < MAX_PATHS && path.length <= 64) splitPaths.set(ownText(path), parts.map(ownText))
  return parts
}

function write(out: Record<string, unknown>, path: string, value: unknown, over: boolean): void {
  const parts = partsOf(path)
  const end = parts.length - 1
  let at = out
  for (let i = 0; i < end; i += 1) {
    const part = parts[i]!
    if (!isSafeKey(part)) return
    const next = at[part]
    if (next === undefined) at = at[part] = {} as Record<string, unknown>
    else if (isObject(next)) at = next
    else return
  }
  const last = parts[end]!
  // A list of the format is not given away: settle() adds to it.
  if (isSafeKey(last) && (over || at[last] === undefined)) at[last] = Array.isArray(value) ? value.slice() : value
}

/** Event fields in the words of ECS: lists, an outcome from what was said, types from actions. */
function settle(out: Record<string, unknown>): void {
  const event: Record<string, unknown> = isObject(out['event']) ? out['event'] : (out['event'] = {} as Record<string, unknown>)
  for (const name of ['category', 'type']) {
    const value = event[name]
    if (typeof value === 'string') event[name] = [value]
  }
  const action = typeof event['action'] === 'string' ? event['action'].toLowerCase() : undefined
  const said = event['outcome']
  const words = said === undefined ? undefined : wordOf(said)
  const outcome =
    words === undefined ? undefined : words === 'success' || words === 'failure' || words === 'unknown' ? words : outcomeOf(words)
  if (outcome === undefined) delete event['outcome']
  else event['outcome'] = outcome
  const types: string[] = Array.isArray(event['type']) ? (event['type'] as string[]) : []
  const verdict =
    action !== undefined && isDenied(action)
      ? 'denied'
      : action !== undefined && isAllowed(action)
        ? 'allowed'
        : words !== undefined && outcome === undefined
          ? isDenied(words)
            ? 'denied'
            : isAllowed(words)
              ? 'allowed'
              : undefined
          : undefined
  if (verdict !== undefined && !types.includes('denied') && !types.includes('allowed')) types.push(verdict)
  if (types.length > 0) event['type'] = types
  if (event['outcome'] === undefined && types.includes('denied')) event['outcome'] = 'failure'
  else if (event['outcome'] === undefined && types.includes('allowed')) event['outcome'] = 'success'
  const response = isObject(out['http']) && isObject(out['http']['response']) ? out['http']['response'] : {}
  const status = response['status_code']
  // A server's answer says how the request ended.
  if (event['outcome'] === undefined && typeof status === 'number' && status >= 100) event['outcome'] = status < 400 ? 'success' : 'failure'
  const level = event['severity_name']
  if (level !== undefined) {
    delete event['severity_name']
    const log: Record<string, unknown> = isObject(out['log']) ? out['log'] : {}
    log['level'] ??= level
    out['log'] = log
  }
  const seconds = Number(event['duration_seconds'])
  if (event['duration_seconds'] !== undefined) {
    delete event['duration_seconds']
    if (Number.isFinite(seconds) && seconds >= 0) event['duration'] ??= Math.round(seconds * 1e9)
  }
}
