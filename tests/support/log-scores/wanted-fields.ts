// What any normaliser must find in a line, taken from what each data set expects, in its own words; used by score-file.ts.
import { isObject } from '../../../core/normalise/merge-draft.js'

export interface Wanted {
  /** Name of the measured field. */
  readonly field: string
  /** Where an event may hold it; the first that is there is compared. */
  readonly at: readonly string[]
  /** Of a list any one will do. */
  readonly value: unknown
}

export function flatten(value: unknown, prefix = '', out: Record<string, unknown> = {}): Record<string, unknown> {
  if (!isObject(value)) return out
  for (const [key, item] of Object.entries(value)) {
    if (isObject(item)) flatten(item, `${prefix}${key}.`, out)
    else out[`${prefix}${key}`] = item
  }
  return out
}

const USERS = ['user.name', 'user.target.name', 'user.effective.name', 'user.email', 'user.id']
const URLS = ['url.original', 'url.path', 'url.full']
const RULES = ['rule.name', 'rule.id', 'rule.description']
const AT: Readonly<Record<string, readonly string[]>> = {
  '@timestamp': ['@timestamp'],
  'source.ip': ['source.ip'],
  'source.port': ['source.port'],
  'destination.ip': ['destination.ip'],
  'destination.port': ['destination.port'],
  'user.name': USERS,
  'event.outcome': ['event.outcome'],
  'process.name': ['process.name'],
  'url.original': URLS,
  'http.request.method': ['http.request.method'],
  'http.response.status_code': ['http.response.status_code'],
  'rule.name': RULES,
}
/** Data of others: texts and numbers as text, everything else as JSON. */
export const written = (value: unknown): string => (typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value))
const present = (value: unknown): boolean =>
  value !== undefined && value !== null && !/^(?:-|n\/?a|none|unknown|undefined)?$/i.test(written(value).trim())
const wanted = (field: string, value: unknown): Wanted[] =>
  present(value) && !(Array.isArray(value) && value.length === 0) ? [{ field, at: AT[field] ?? [field], value }] : []

/** Elastic Common Schema, flat or nested. */
export function wantedOfEcs(expected: unknown): Wanted[] {
  const flat = flatten(expected)
  return Object.keys(AT).flatMap(field => {
    const value = flat[field]
    if (field === 'event.outcome' && value === 'unknown') return []
    return wanted(field, Array.isArray(value) ? (value as unknown[])[0] : value)
  })
}

/** Meta fields of CrowdSec's parser tests. */
export function wantedOfCrowdsec(meta: Record<string, unknown>, raw: string): Wanted[] {
  const type = written(meta['log_type'])
  return [
    ...wanted('source.ip', meta['source_ip']),
    ...wanted('user.name', meta['target_user'] ?? meta['username'] ?? meta['user']),
    ...wanted('url.original', meta['http_path']),
    ...wanted('http.request.method', meta['http_verb']),
    ...wanted('http.response.status_code', meta['http_status']),
    ...wanted('destination.ip', meta['dest_ip'] ?? meta['destination_ip']),
    ...wanted('destination.port', meta['dest_port'] ?? meta['destination_port']),
    ...wanted('@timestamp', meta['timestamp']),
    ...(/fail|denied|bad_(?:user|password|mfa)|LOGIN_ERROR/.test(type) || (/_drop$/.test(type) && /drop|deny|block/i.test(raw))
      ? wanted('event.outcome', 'failure')
      : []),
  ]
}

/** Attributes Datadog's pipelines make. */
export function wantedOfDatadog(expected: Record<string, unknown>): Wanted[] {
  const flat = flatten(expected)
  const get = (...names: string[]): unknown => names.map(name => flat[`custom.${name}`]).find(present)
  const outcome = written(get('evt.outcome', 'ocsf.status')).toLowerCase()
  return [
    ...wanted('@timestamp', flat['timestamp']),
    ...wanted('source.ip', get('network.client.ip')),
    ...wanted('source.port', get('network.client.port')),
    ...wanted('destination.ip', get('network.destination.ip')),
    ...wanted('destination.port', get('network.destination.port')),
    // A person is told by any of these.
    ...wanted('user.name', ['usr.name', 'usr.email', 'usr.id'].map(name => get(name)).filter(present)),
    ...wanted('url.original', get('http.url')),
    ...wanted('http.request.method', get('http.method')),
    ...wanted('http.response.status_code', get('http.status_code')),
    ...wanted('event.outcome', outcome === 'success' || outcome === 'failure' ? outcome : undefined),
  ]
}

/** Objects of napalm-logs. */
export function wantedOfNetworkOs(expected: Record<string, unknown>): Wanted[] {
  const flat = flatten(expected)
  // Their `timestamp` is the moment of the test where the line names no year.
  const time = Date.parse(`${written(flat['message_details.date'])} ${written(flat['message_details.time']).replace(/[+].*$/, '')}Z`)
  return [...wanted('@timestamp', Number.isFinite(time) ? time : undefined), ...wanted('process.name', flat['message_details.processName'])]
}
