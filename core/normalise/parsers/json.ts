// JSON objects of any program: Elastic Common Schema kept as it is, flat keys unfolded, usual names of other schemas added as ECS.
import { defineParser } from '../define-parser.js'
import { buildEvent, type BuildRules } from '../formats/build-event.js'
import { readObject } from '../formats/line-view.js'
import { anyTime, toInstant } from '../event-time.js'
import { addAliases, settleTypes } from '../json-fields.js'
import { isBraced, objectOf } from '../json-object.js'
import { isObject, isSafeKey, MAX_DEPTH } from '../merge-draft.js'

/** Datasets a sender may name for itself. */
const DATASET = /^[a-z][a-z0-9_.-]{0,63}$/

export const json = defineParser({
  id: 'json',
  dataset: 'json',
  late: true,
  samples: {
    parses: [
      '{"@timestamp":"2026-11-24T08:30:00Z","event":{"action":"login"},"source":{"ip":"192.0.2.1"}}',
      '{"src_ip":"192.0.2.1","user":"bob","ts":1763973000}',
      '<14>Feb 12 14:10:21 host app: {"source.ip":"192.0.2.1","level":"warn","msg":"x"}',
      'Feb 12 14:10:21 host app[1]: @cee: {"msg":"x"}',
    ],
    ignores: ['[1,2]', '{"a":', '{}', '"text"', 'null'],
  },
  parse(message, envelope) {
    const text = (message.startsWith('@cee:') ? message.slice(5) : message).trim()
    if (!text.startsWith('{')) return null
    const copy = text === message.trim() && isBraced(text) ? (objectOf(envelope) ?? readObject(text)) : readObject(text)
    if (copy === undefined || Object.keys(copy).length === 0) return null
    const fields = unfold(copy)
    const time = ['@timestamp', 'timestamp', 'time', 'ts', 'eventTime', 'event_time', 'datetime', 'date']
      .map(key => anyTime(fields[key], envelope.time))
      .find(at => at !== undefined)
    settleTypes(fields)
    addAliases(fields)
    const guessed = buildEvent(copy, usualOnly, false, envelope.time)
    addMissing(fields, guessed)
    const event = fields['event'] as Record<string, unknown>
    const dataset = event['dataset']
    const maker = elasticProduct(fields, dataset)
    return {
      ...(maker === undefined ? {} : { observer: maker }),
      ...fields,
      '@timestamp': toInstant(time) ?? guessed['@timestamp'],
      event: { ...event, dataset: typeof dataset === 'string' && DATASET.test(dataset) && dataset !== 'unknown' ? dataset : 'json' },
    }
  },
})

/** Elastic's own programs write the Elastic Common Schema, each with an object of its name. */
function elasticProduct(fields: Record<string, unknown>, dataset: unknown): { vendor: string; product: string } | undefined {
  if (!isObject(fields['ecs']) || isObject(fields['observer'])) return undefined
  const name = typeof dataset === 'string' ? dataset.split('.')[0] : undefined
  for (const [key, product] of ELASTIC) if (name === key || isObject(fields[key])) return { vendor: 'Elastic', product }
  return undefined
}
const ELASTIC = [
  ['kibana', 'Kibana'],
  ['elasticsearch', 'Elasticsearch'],
  ['logstash', 'Logstash'],
] as const

const usualOnly: BuildRules = { fields: [], listed: new Set(), set: [], decide: [], usual: true }

/** What usual names say where the sender's own fields and the aliases say nothing: only ends, users, requests and verdicts. */
function addMissing(fields: Record<string, unknown>, guessed: object): void {
  for (const [key, value] of Object.entries(guessed)) {
    if (!GUESSED.has(key) || !isObject(value)) continue
    // A name is no end of a connection.
    if (key === 'source' || key === 'destination') delete value['address']
    if (Object.keys(value).length === 0) continue
    const own = fields[key]
    if (own === undefined) fields[key] = value
    else if (isObject(own)) for (const [name, item] of Object.entries(value)) own[name] ??= item
  }
}
const GUESSED = new Set(['source', 'destination', 'user', 'http', 'url', 'event', 'rule'])

/** `{"a.b": 1}` becomes `{"a": {"b": 1}}`; a key whose way is barred by a plain value stays as it is. */
function unfold(flat: Record<string, unknown>): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(flat)) if (!key.includes('.')) out[key] = value
  for (const [key, value] of Object.entries(flat)) {
    if (!key.includes('.')) continue
    if (!place(out, key.split('.'), value)) out[key] = value
  }
  return out
}

function place(out: Record<string, unknown>, path: readonly string[], value: unknown): boolean {
  if (path.length > MAX_DEPTH || path.some(part => part === '' || !isSafeKey(part))) return false
  let at = out
  for (const part of path.slice(0, -1)) {
    const next = at[part]
    // The path is walked once to see that it is free, so that nothing is left half written.
    if (next === undefined) break
    if (!isObject(next)) return false
    at = next
  }
  at = out
  for (const part of path.slice(0, -1)) {
    const next = isObject(at[part]) ? at[part] : {}
    at[part] = next
    at = next
  }
  const last = path.at(-1) ?? ''
  if (at[last] === undefined) at[last] = value
  return true
}
