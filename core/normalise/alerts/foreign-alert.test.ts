import { describe, expect, it } from 'vitest'
import type { EcsEvent } from '../../events/event.js'
import { normalise } from '../normalise.js'
import { splitAlerts } from '../split-alerts.js'

const receivedAt = '2026-11-24T08:30:00.000Z'
const parse = (value: unknown, type = 'json'): EcsEvent =>
  normalise({ raw: typeof value === 'string' ? value : JSON.stringify(value), type, receivedAt, peer: '192.0.2.200' })

describe('an alert of Alertmanager', () => {
  const alert = {
    status: 'firing',
    labels: { alertname: 'HostDown', instance: '10.0.0.1:9100', job: 'node', severity: 'critical' },
    annotations: { summary: 'web1 is down', description: 'no answer for 5 minutes' },
    startsAt: '2026-11-24T16:00:00.157076+08:00',
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: 'http://prom.example.org/graph',
    fingerprint: 'c6eadffa33fcdf37',
  }
  const payload = { version: '4', receiver: 'guanjia', externalURL: 'http://am.example.org', alerts: [alert] }

  it('is an event of its own time with the names everybody uses', () => {
    const event = parse(splitAlerts(JSON.stringify(payload)).records[0]!, 'alertmanager')

    expect(event).toMatchObject({
      '@timestamp': '2026-11-24T08:00:00.157Z',
      event: {
        kind: 'alert',
        dataset: 'alertmanager.alert',
        id: 'c6eadffa33fcdf37',
        action: 'firing',
        severity: 'critical',
        start: '2026-11-24T08:00:00.157Z',
        url: 'http://prom.example.org/graph',
      },
      observer: { vendor: 'Prometheus', product: 'Alertmanager' },
      rule: { name: 'HostDown' },
      message: 'web1 is down',
      host: { ip: '10.0.0.1' },
      service: { name: 'node' },
      labels: { job: 'node' },
      alert: { receiver: 'guanjia', external_url: 'http://am.example.org', annotations: { description: 'no answer for 5 minutes' } },
    })
    expect(event.event['end']).toBeUndefined()
    expect(event.source).toBeUndefined()
  })

  it('is over at the end it names', () => {
    const event = parse({ ...alert, status: 'resolved', endsAt: '2026-11-24T08:20:00Z' })

    expect(event).toMatchObject({
      '@timestamp': '2026-11-24T08:20:00.000Z',
      event: { action: 'resolved', end: '2026-11-24T08:20:00.000Z' },
    })
  })

  it('without a status is over when its end has passed, as Prometheus tells the API', () => {
    const { status: _status, ...bare } = alert
    const action = (endsAt: string): unknown => parse({ ...bare, endsAt }).event.action

    expect([action('2026-11-24T08:29:00Z'), action('2026-11-24T08:34:00Z'), action('0001-01-01T00:00:00Z')]).toEqual([
      'resolved',
      'firing',
      'firing',
    ])
  })

  it('of a source of that type needs neither name nor time', () => {
    expect(parse({ labels: { a: '1' } }, 'alertmanager').event).toMatchObject({ dataset: 'alertmanager.alert', action: 'firing' })
    expect(parse({ labels: { a: '1' } }, 'json').event.dataset).toBe('json')
  })

  it('has the same identity with and without the splitter when its product names none', () => {
    const { fingerprint: _fingerprint, ...bare } = alert

    expect(parse(bare).event['id']).toBe(parse(splitAlerts(JSON.stringify([bare])).records[0]!).event['id'])
  })

  it('is of Grafana when it has links to a dashboard', () => {
    const event = parse({ ...alert, dashboardURL: 'https://grafana.example.org/d/1', panelURL: '', values: { B: 44.2 }, orgId: 1 })

    expect(event).toMatchObject({
      event: { dataset: 'grafana.alert', id: 'c6eadffa33fcdf37' },
      observer: { product: 'Grafana' },
      alert: { dashboard_url: 'https://grafana.example.org/d/1', values: { B: '44.2' }, org_id: '1' },
    })
  })
})

describe('an event of Nightingale', () => {
  const body = {
    hash: '3f2a9c',
    rule_id: 7,
    rule_name: 'CPU 使用率过高',
    severity: 1,
    target_ident: 'web1',
    trigger_time: 1795507800,
    first_trigger_time: 1795507200,
    trigger_value: '97.2',
    tags: ['ident=web1', 'cpu=total', 'broken'],
    is_recovered: false,
  }

  it('is told by its hash', () => {
    expect(parse(body)).toMatchObject({
      '@timestamp': '2026-11-24T08:00:00.000Z',
      event: { dataset: 'nightingale.alert', id: '3f2a9c', action: 'firing', severity: '1' },
      rule: { name: 'CPU 使用率过高' },
      host: { name: 'web1' },
      message: 'CPU 使用率过高，触发时值 97.2',
      labels: { ident: 'web1', cpu: 'total' },
    })
    expect(parse({ ...body, is_recovered: true, last_eval_time: 1795508100 })).toMatchObject({
      '@timestamp': '2026-11-24T08:15:00.000Z',
      event: { id: '3f2a9c', action: 'resolved' },
    })
  })
})

describe('a problem of Zabbix', () => {
  const body = {
    alert_subject: 'Problem: High CPU utilization',
    alert_message: 'CPU above 90 %',
    event_id: '4711',
    event_nseverity: '4',
    event_severity: 'High',
    event_value: '1',
    event_date: '2026.11.24',
    event_time: '16:00:00',
    event_recovery_value: '{EVENT.RECOVERY.VALUE}',
    trigger_id: '22391',
    host_name: 'web1',
    host_ip: '10.0.0.1',
  }

  it('is told by its trigger, and named without the prefix of the subject', () => {
    expect(parse(body)).toMatchObject({
      '@timestamp': '2026-11-24T08:00:00.000Z',
      event: { dataset: 'zabbix.alert', id: 'trigger-22391', action: 'firing', severity: '4' },
      rule: { name: 'High CPU utilization' },
      host: { name: 'web1', ip: '10.0.0.1' },
      message: 'CPU above 90 %',
    })
  })

  it('is over, whichever way the message says so', () => {
    const ends = [
      { event_value: '0' },
      { event_recovery_value: '0' },
      { event_value: undefined, trigger_status: 'OK' },
      { event_value: undefined, event_status: 'RESOLVED' },
      { event_value: undefined, alert_subject: 'Resolved in 5m 3s: High CPU utilization' },
      { event_value: undefined, alert_subject: '恢复：High CPU utilization' },
    ]

    expect(ends.map(end => parse({ ...body, ...end }).event)).toMatchObject(ends.map(() => ({ id: 'trigger-22391', action: 'resolved' })))
  })

  it('is understood with the macros’ own names', () => {
    expect(
      parse({ 'EVENT.NAME': 'Disk full', 'EVENT.SEVERITY': 'Disaster', 'EVENT.ID': '1', 'HOST.HOST': 'db1', 'HOST.IP': '10.0.0.2' }),
    ).toMatchObject({
      event: { dataset: 'zabbix.alert', id: 'event-1', severity: 'Disaster' },
      host: { name: 'db1', ip: '10.0.0.2' },
    })
  })
})

describe('an alert as one JSON object', () => {
  it.each([
    [{ title: 't', severity: 'high', asset: 'db1', ip: '10.0.0.5' }, { host: { name: 'db1', ip: '10.0.0.5' } }],
    [{ title: 't', severity: 'high', host: '10.0.0.5' }, { host: { ip: '10.0.0.5' } }],
    [{ title: 't', severity: 'high', instance: 'https://www.example.org:8443/health' }, { host: { name: 'www.example.org' } }],
    [{ title: 't', severity: 'high', instance: '[2001:db8::1]:9100' }, { host: { ip: '2001:db8::1' } }],
    [{ title: 't', severity: 'high', asset: { name: 'db1', ip: '10.0.0.5' } }, { host: { name: 'db1', ip: '10.0.0.5' } }],
    [
      { title: 't', severity: 'high', labels: { host: 'web1' }, service: 'shop' },
      { host: { name: 'web1' }, service: { name: 'shop' } },
    ],
    [
      { 标题: 't', 级别: '高', 主机: 'web1', 源IP: '203.0.113.7' },
      { host: { name: 'web1' }, source: { ip: '203.0.113.7' } },
    ],
    [
      { title: 't', severity: 'high', src_ip: '203.0.113.7', dst_ip: '10.0.0.5' },
      { host: { ip: '10.0.0.5' }, source: { ip: '203.0.113.7' } },
    ],
    [
      { title: 't', severity: 'high', src_ip: '10.0.0.5', dst_ip: '8.8.4.4' },
      { host: { ip: '10.0.0.5' }, destination: { ip: '8.8.4.4' } },
    ],
    [{ title: 't', severity: 'high', src_ip: 'nobody', ip: '999.1.1.1', host: 'h' }, { host: { name: 'h' } }],
  ])('names whom %j is about', (body, parties) => {
    const { host, source, destination, service } = parse(body)

    expect({ host, source, destination, service }).toEqual(parties)
  })

  it('without an id is the same alert while title, asset and attacker are the same', () => {
    const id = (more: object): unknown => parse({ title: 't', severity: 'high', host: 'web1', ...more }).event['id']

    expect(id({ severity: 'low', time: 1795507200, status: 'ok' })).toBe(id({}))
    expect(new Set([id({}), id({ host: 'web2' }), id({ title: 'u' }), id({ src_ip: '203.0.113.7' })]).size).toBe(4)
  })

  it.each([
    [{ status: 'resolved' }, 'resolved'],
    [{ status: 'OK' }, 'resolved'],
    [{ 状态: '已恢复' }, 'resolved'],
    [{ state: 'ｎｏｒｍａｌ' }, 'resolved'],
    [{ severity: '恢复' }, 'resolved'],
    [{ resolved: true }, 'resolved'],
    [{ resolved: false }, 'firing'],
    [{ status: 'firing' }, 'firing'],
    [{ status: 'whatever' }, 'firing'],
    [{ status: { a: 1 } }, 'firing'],
    [{ status: 200 }, 'firing'],
    [{ status: '已静默' }, 'suppressed'],
  ])('with %j is %s', (more, action) => {
    expect(parse({ title: 't', severity: 'high', id: '1', ...more }).event.action).toBe(action)
  })

  it('stays a plain event when it is a log line, an ECS event or has no severity', () => {
    const plain = [
      { name: 'app', level: 'info', message: 'x' },
      { title: 'home', level: 'warn', msg: 'rendered' },
      { title: 'x', views: 3 },
      { severity: 'high', msg: 'x' },
      { title: 'x', severity: 'high', event: { kind: 'event' } },
    ]

    expect(plain.map(body => parse(body).event.dataset)).toEqual(plain.map(() => 'json'))
    expect(parse({ title: 'CPU', level: '严重', message: 'x', host: 'h' }).event.dataset).toBe('json.alert')
  })

  it('is bounded, without control characters and harmless to prototypes, whatever its fields are', () => {
    const labels = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`k${n}`, 'v'.repeat(100)]))
    const event = parse(
      `{"title":"a\\u0000\\u001b[31m${'x'.repeat(5_000)}","severity":"high","__proto__":{"x":1},${JSON.stringify(labels).slice(1)}`,
    )

    expect((event['rule'] as { name: string }).name).toMatch(/^a {2}\[31mx{190,}$/)
    expect(Object.keys(event['labels'] as object).length).toBeLessThanOrEqual(64)
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })
})
