// What must and must not make the model of external alerts speak; declared in external-alert.ts, walked by models.test.ts.
import type { Model } from '../define-model.js'

/** A record as split-alerts.ts writes it. */
function record(fields: object = {}, labels: object = {}): string {
  return JSON.stringify({
    status: 'firing',
    labels: { alertname: 'HostDown', instance: '10.0.0.1:9100', severity: 'critical', ...labels },
    annotations: { summary: 'web1 is down' },
    startsAt: '2026-11-24T08:00:00Z',
    endsAt: '0001-01-01T00:00:00Z',
    fingerprint: 'c6eadffa33fcdf37',
    ...fields,
  })
}

export const externalAlertSamples: Model['samples'] = {
  fires: [
    { what: 'an alert of Alertmanager', lines: [record()] },
    { what: 'two alerts of one rule', lines: [record(), record({ fingerprint: 'aa' }, { instance: '10.0.0.2:9100' })] },
    { what: 'an alert that grows graver', lines: [record({}, { severity: 'warning' }), record()] },
    {
      what: 'an event of Nightingale',
      lines: [
        '{"hash":"3f2a9c","rule_name":"CPU 使用率过高","severity":2,"target_ident":"web1","trigger_time":1795507200,"is_recovered":false}',
      ],
    },
    {
      what: 'a problem of Zabbix',
      lines: ['{"event_name":"Disk full","event_severity":"Disaster","event_value":"1","trigger_id":"7","host_name":"db1"}'],
    },
    {
      what: 'a JSON object with title and severity',
      lines: ['{"title":"挖矿外联","severity":"P1","asset":"web1","src_ip":"203.0.113.7"}'],
    },
  ],
  silent: [
    { what: 'a recovery of what never fired', lines: [record({ status: 'resolved', endsAt: '2026-11-24T08:10:00Z' })] },
    { what: 'an alert silenced at its product', lines: [record({ status: 'suppressed' })] },
    { what: 'the alert that only proves the road', lines: [record({}, { alertname: 'Watchdog' })] },
    { what: 'a JSON object with a title only', lines: ['{"title":"a page","views":3}'] },
    { what: 'a log line with a level', lines: ['{"name":"app","hostname":"web1","pid":1,"level":50,"msg":"x","v":0}'] },
    { what: 'a forged event of another kind', lines: ['{"event":{"kind":"event","dataset":"json.alert","id":"1"},"rule":{"name":"x"}}'] },
  ],
}
