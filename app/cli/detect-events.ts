// One line of recorded events to what Sigma rules judge, and its time; used by `guanjia detect` and the benchmark.
import type { EcsEvent } from '../../core/events/event.js'
import { sigmaView } from '../../core/threats/sigma/field-mapping.js'
import { plainView } from '../../core/threats/sigma/plain-log-source.js'
import type { SigmaEvent } from '../../core/threats/sigma/rule.js'

type Fields = Readonly<Record<string, unknown>>

/** Where an event says when it was, the first that is there; nested names as paths. */
const TIMES = ['@timestamp', 'TimeCreated_SystemTime', 'UtcTime', 'TimeCreated', 'timestamp', 'eventTime']

export interface ReadEvent {
  readonly event: SigmaEvent
  /** Milliseconds; undefined when the event names no time. */
  time(): number | undefined
}

/** Undefined for a line that is no JSON object. */
export function readEvent(line: string): ReadEvent | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (!isObject(value)) return undefined
  const { logsource, event } = value
  if (isObject(logsource) && isObject(event)) {
    const judged: SigmaEvent = { logsource, fields: event }
    return { event: judged, time: () => timeIn(event) ?? timeIn(value) }
  }
  const judged = plainView(value) ?? normalised(value)
  return { event: judged, time: () => timeIn(value) ?? timeIn(judged.fields) }
}

/** An event under ECS names, as `guanjia parse` prints it. */
function normalised(value: Fields): SigmaEvent {
  const own = isObject(value['event']) ? value['event'] : {}
  const view = sigmaView({ ...(value as unknown as EcsEvent), event: { original: '', dataset: 'unknown', ...own } })
  // Keywords look into the line it came from, or else into everything it holds.
  return typeof own['original'] === 'string' ? view : { logsource: view.logsource, fields: view.fields }
}

function timeIn(fields: Fields): number | undefined {
  for (const name of TIMES) {
    const time = fields[name] === undefined ? undefined : timeOf(fields[name])
    if (time !== undefined) return time
  }
  return undefined
}

/** ISO text with or without a zone (then UTC), or a number of seconds or milliseconds since 1970. */
export function timeOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? (Math.abs(value) < 1e11 ? value * 1000 : value) : undefined
  if (typeof value !== 'string' || value.length > 64) return undefined
  if (/^\d{9,13}(?:\.\d+)?$/.test(value)) return timeOf(Number(value))
  const hasZone = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(value)
  const time = Date.parse(hasZone || !/^\d{4}-/.test(value) ? value : `${value.replace(' ', 'T')}Z`)
  return Number.isNaN(time) ? undefined : time
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
