// Alerts of Prometheus Alertmanager: the webhook's (one record each, see split-alerts.ts), the API's, and those of products that speak like it.
import { alertDraft } from '../alerts/foreign-alert.js'
import { readWebhookAlert } from '../alerts/webhook-alert.js'
import { defineParser } from '../define-parser.js'
import { objectWith } from '../json-object.js'

const MARKS = /"labels"\s*:/

export const alertmanager = defineParser({
  id: 'alertmanager',
  vendor: 'Prometheus',
  product: 'Alertmanager',
  dataset: 'alertmanager.alert',
  samples: {
    parses: [
      '{"status":"firing","labels":{"alertname":"HostDown","instance":"10.0.0.1:9100","severity":"critical"},"annotations":{"summary":"web1 is down"},"startsAt":"2026-11-24T08:00:00Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://prom.example.org/graph","fingerprint":"c6eadffa33fcdf37"}',
      '{"labels":{"alertname":"DiskFull","host":"db1"},"annotations":{},"startsAt":"2026-11-24T08:00:00.123Z","endsAt":"2026-11-24T08:05:00Z"}',
      '{"labels":{"alertname":"DiskFull"},"status":{"state":"active","silencedBy":[]},"annotations":{"description":"x"}}',
    ],
    ignores: [
      '{"labels":{"app":"web"},"msg":"x"}',
      '{"labels":{},"startsAt":"2026-11-24T08:00:00Z"}',
      '{"labels":"alertname","startsAt":"2026-11-24T08:00:00Z"}',
      '{"alertname":"HostDown","startsAt":"2026-11-24T08:00:00Z"}',
      '{"labels":{"alertname":"HostDown"},"startsAt":"2026-11-24T08:00:00Z","dashboardURL":"","panelURL":""}',
    ],
  },
  parse(_, envelope) {
    const object = objectWith(envelope, MARKS)
    const alert = object === null ? null : readWebhookAlert(object, envelope)
    return alert === null ? null : alertDraft(alert)
  },
})
