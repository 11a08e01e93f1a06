// Splits payloads of Alertmanager and of what speaks like it (Grafana) into one record per alert; called by split-body for `alertmanager`.
import { labelsFingerprint } from './alerts/alert-fingerprint.js'
import { scalarsOf, scalarText } from './alerts/scalars.js'
import { isObject } from './merge-draft.js'
import { isTooLong, RecordTaker, type SplitBody } from './record-taker.js'

interface Limits {
  /** Entries of a map. */
  readonly entries: number
  readonly key: number
  readonly value: number
}

const USUAL: Limits = { entries: 64, key: 128, value: 2_048 }
/** Fits into a record whatever the characters: 70 entries, six bytes a character at worst. An alert is shortened, never dropped. */
const TIGHT: Limits = { entries: 16, key: 48, value: 96 }
/** What is said once for all alerts of a payload and belongs to each. */
const OF_PAYLOAD = ['version', 'receiver', 'externalURL', 'groupKey', 'orgId', 'truncatedAlerts']

/**
 * Never throws. Takes a webhook payload (version 4), several of them in an array or one a line, and the bare alerts of the API v2.
 * Each record is one alert with the common labels and annotations folded in and a fingerprint. `line` of a refusal counts alerts:
 * in one payload or one array of alerts it is the alert's place; a payload that cannot be read counts as one.
 */
export function splitAlerts(text: string): SplitBody {
  const taker = new RecordTaker()
  const whole = parsed(text)
  if (whole !== undefined) takeValue(whole, taker)
  else if (/^\s*\[/.test(text)) taker.reject('BAD_ARRAY')
  else takeLines(text, taker)
  return taker.result()
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function takeLines(text: string, taker: RecordTaker): void {
  for (let from = 0; from < text.length && !taker.full;) {
    const end = text.indexOf('\n', from)
    const line = text.slice(from, end === -1 ? text.length : end)
    from = end === -1 ? text.length : end + 1
    if (line.trim() === '') continue
    const value = parsed(line)
    if (value === undefined) taker.reject('NOT_JSON')
    else takeValue(value, taker)
  }
}

function takeValue(value: unknown, taker: RecordTaker): void {
  if (!Array.isArray(value)) return takePayload(value, taker)
  for (const item of value as unknown[]) {
    if (taker.full) return
    takePayload(item, taker)
  }
}

function takePayload(value: unknown, taker: RecordTaker): void {
  if (!isObject(value)) return taker.reject('NOT_JSON')
  const { alerts } = value
  if (alerts === undefined && isObject(value['labels'])) return takeAlert(value, undefined, taker)
  if (!Array.isArray(alerts)) return taker.reject('NO_ALERTS')
  const payload: Payload = {
    own: OF_PAYLOAD.flatMap(key => entryOf(key, value[key])),
    status: scalarText(value['status']),
    labels: scalarsOf(value['commonLabels']).slice(0, USUAL.entries),
    annotations: scalarsOf(value['commonAnnotations']).slice(0, USUAL.entries),
  }
  for (const alert of alerts as unknown[]) {
    if (taker.full) return
    takeAlert(alert, payload, taker)
  }
}

type Entries = readonly (readonly [string, string])[]

interface Payload {
  readonly own: Entries
  readonly status: string | undefined
  readonly labels: Entries
  readonly annotations: Entries
}

function takeAlert(alert: unknown, payload: Payload | undefined, taker: RecordTaker): void {
  if (!isObject(alert)) return taker.reject('NOT_AN_ALERT')
  const labels = folded(payload?.labels ?? [], alert['labels'])
  if (labels.length === 0 || (alert['labels'] !== undefined && !isObject(alert['labels']))) return taker.reject('NOT_AN_ALERT')
  const annotations = folded(payload?.annotations ?? [], alert['annotations'])
  const write = (limits: Limits): string =>
    JSON.stringify({
      ...bounded(payload?.own ?? [], limits),
      ...bounded(scalarsOf(alert), limits),
      status: cut(statusOf(alert['status']) ?? payload?.status ?? '', limits.value) || undefined,
      fingerprint: cut(scalarText(alert['fingerprint']) ?? labelsFingerprint(labels), limits.key),
      labels: bounded(labels, limits),
      annotations: bounded(annotations, limits),
      values: isObject(alert['values']) ? bounded(scalarsOf(alert['values']), limits) : undefined,
    })
  const record = write(USUAL)
  taker.take(isTooLong(record) ? write(TIGHT) : record)
}

/** The alert's own, then the common ones it does not have. */
function folded(common: Entries, own: unknown): Entries {
  const all = new Map(scalarsOf(own))
  for (const [key, value] of common) if (!all.has(key)) all.set(key, value)
  return [...all]
}

/** Version 2 of the API has `{state: active | suppressed | unprocessed, …}` where the webhook has a word. */
function statusOf(status: unknown): string | undefined {
  return isObject(status) ? scalarText(status['state']) : scalarText(status)
}

function entryOf(key: string, value: unknown): Entries {
  const text = scalarText(value)
  return text === undefined ? [] : [[key, text]]
}

function bounded(entries: Entries, { entries: most, key: keyLength, value: valueLength }: Limits): Record<string, string> {
  return Object.fromEntries(entries.slice(0, most).map(([key, value]) => [cut(key, keyLength), cut(value, valueLength)]))
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length)
}
