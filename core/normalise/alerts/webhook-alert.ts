// Reads one alert as Alertmanager's webhook, its API and Grafana write it (split-alerts.ts made it a record); called by both parsers.
import type { Envelope } from '../envelope.js'
import { anyTime } from '../event-time.js'
import { isObject } from '../merge-draft.js'
import { labelsFingerprint, plainFingerprint } from './alert-fingerprint.js'
import { statusOfWord, type AlertStatus, type ForeignAlert } from './foreign-alert.js'
import { Scalars, scalarsOf, scalarText } from './scalars.js'

/** Before this a time is the zero of Go, which means that there is none. */
const NO_TIME = Date.UTC(1970, 0, 2)
const SEVERITY = ['severity', 'level', 'priority', 'alertlevel', '级别', '告警级别', '严重程度']

/** Null for what is no alert. Only a source of that type may leave out both the time and the rule's name. */
export function readWebhookAlert(object: Record<string, unknown>, envelope: Envelope): ForeignAlert | null {
  if (!isObject(object['labels'])) return null
  const labels = scalarsOf(object['labels'])
  const annotations = new Scalars().add(scalarsOf(object['annotations']))
  const values = new Scalars().add(labels)
  const name = values.first(['alertname'])
  const known =
    typeof object['startsAt'] === 'string' || (name !== undefined && (object['annotations'] !== undefined || 'status' in object))
  if (labels.length === 0 || !(known || envelope.sourceType === 'alertmanager')) return null
  const startedAt = realTime(object['startsAt'], envelope)
  const endedAt = realTime(object['endsAt'], envelope)
  const fingerprint = scalarText(object['fingerprint'])
  const summary = annotations.first(['summary', 'message', 'title', 'description', '摘要', '描述'])
  return {
    title: name ?? annotations.first(['summary', 'title']) ?? values.first(['ruleid', 'job']) ?? '未命名告警',
    severity: values.first(SEVERITY) ?? annotations.first(SEVERITY),
    status: statusOf(object['status'], endedAt, envelope.time.receivedAt),
    fingerprint: fingerprint === undefined ? labelsFingerprint(labels) : plainFingerprint(fingerprint),
    text: summary,
    startedAt,
    endedAt,
    values,
    labels,
    url: scalarText(object['generatorURL']),
    extra: {
      annotations: Object.fromEntries(scalarsOf(object['annotations'])),
      values: Object.fromEntries(scalarsOf(object['values'])),
      receiver: scalarText(object['receiver']),
      external_url: scalarText(object['externalURL']),
      dashboard_url: scalarText(object['dashboardURL']),
      panel_url: scalarText(object['panelURL']),
      silence_url: scalarText(object['silenceURL']),
      org_id: scalarText(object['orgId']),
      truncated: scalarText(object['truncatedAlerts']),
    },
  }
}

/** What Prometheus sends to the API has no status: it is over when its end has passed. */
function statusOf(status: unknown, endedAt: number | undefined, receivedAt: number): AlertStatus {
  const word = isObject(status) ? scalarText(status['state']) : scalarText(status)
  if (word !== undefined) return statusOfWord(word)
  return endedAt !== undefined && endedAt <= receivedAt ? 'resolved' : 'firing'
}

function realTime(value: unknown, envelope: Envelope): number | undefined {
  const at = anyTime(value, envelope.time)
  return at !== undefined && at >= NO_TIME ? at : undefined
}
