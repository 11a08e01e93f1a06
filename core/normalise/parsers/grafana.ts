// Alerts of Grafana's unified alerting: Alertmanager's form with links to the dashboard and the values behind the alert.
import { alertDraft } from '../alerts/foreign-alert.js'
import { readWebhookAlert } from '../alerts/webhook-alert.js'
import { defineParser } from '../define-parser.js'
import { objectWith } from '../json-object.js'

const MARKS = /"(?:dashboardURL|panelURL|silenceURL|valueString)"\s*:/
const OWN = ['dashboardURL', 'panelURL', 'silenceURL', 'valueString']

export const grafana = defineParser({
  id: 'grafana',
  vendor: 'Grafana Labs',
  product: 'Grafana',
  dataset: 'grafana.alert',
  samples: {
    parses: [
      '{"orgId":"1","status":"firing","labels":{"alertname":"High memory usage","host":"db1","severity":"warning"},"annotations":{"summary":"Memory above 90 %"},"startsAt":"2026-11-24T16:00:00.157076+08:00","endsAt":"0001-01-01T00:00:00Z","fingerprint":"c6eadffa33fcdf37","silenceURL":"https://grafana.example.org/alerting/silence/new","dashboardURL":"","panelURL":"","values":{"B":"44.2"}}',
    ],
    ignores: [
      '{"labels":{"alertname":"HostDown"},"startsAt":"2026-11-24T08:00:00Z"}',
      '{"dashboardURL":"https://grafana.example.org/d/1","user":"bob"}',
      '{"labels":{"app":"web"},"note":"dashboardURL"}',
    ],
  },
  parse(_, envelope) {
    const object = objectWith(envelope, MARKS)
    if (object === null || !OWN.some(key => key in object)) return null
    const alert = readWebhookAlert(object, envelope)
    return alert === null ? null : alertDraft(alert)
  },
})
