import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_RECORD_BYTES } from './record-taker.js'
import { splitAlerts } from './split-alerts.js'

interface Written {
  readonly status?: string
  readonly fingerprint: string
  readonly labels: Record<string, string>
  readonly annotations: Record<string, string>
  readonly [key: string]: unknown
}

const read = (body: unknown): Written[] =>
  splitAlerts(typeof body === 'string' ? body : JSON.stringify(body)).records.map(record => JSON.parse(record) as Written)

const alert = (labels: object = {}, more: object = {}): object => ({
  status: 'firing',
  labels: { alertname: 'HostDown', ...labels },
  annotations: { summary: 'down' },
  startsAt: '2026-11-24T08:00:00Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prom.example.org/graph',
  fingerprint: 'c6eadffa33fcdf37',
  ...more,
})
const payload = (alerts: unknown, more: object = {}): object => ({
  version: '4',
  groupKey: '{}:{}',
  status: 'firing',
  receiver: 'guanjia',
  groupLabels: {},
  commonLabels: { severity: 'critical', alertname: 'common' },
  commonAnnotations: { runbook: 'r' },
  externalURL: 'http://am.example.org',
  alerts,
  ...more,
})

describe('splitAlerts', () => {
  it('writes one record per alert with what all of them have in common; the own label wins', () => {
    const records = read(payload([alert({ host: 'web1' }), alert({ host: 'web2' }, { status: 'resolved' })]))

    expect(records).toMatchObject([
      {
        status: 'firing',
        receiver: 'guanjia',
        externalURL: 'http://am.example.org',
        fingerprint: 'c6eadffa33fcdf37',
        startsAt: '2026-11-24T08:00:00Z',
        labels: { alertname: 'HostDown', host: 'web1', severity: 'critical' },
        annotations: { summary: 'down', runbook: 'r' },
      },
      { status: 'resolved', labels: { host: 'web2' } },
    ])
  })

  it('takes an array of payloads, one payload a line, payloads over several lines and the bare alerts of the API', () => {
    const one = payload([alert({ host: 'web1' }), alert({ host: 'web2' })])
    const hosts = (body: string): (string | undefined)[] => read(body).map(({ labels }) => labels['host'])

    expect(hosts(JSON.stringify([one, one]))).toEqual(['web1', 'web2', 'web1', 'web2'])
    expect(hosts(`${JSON.stringify(one)}\r\n\n${JSON.stringify(alert({ host: 'db1' }))}\n`)).toEqual(['web1', 'web2', 'db1'])
    expect(hosts(JSON.stringify(one, null, 2))).toEqual(['web1', 'web2'])
    expect(hosts(JSON.stringify([alert({ host: 'a' }), alert({ host: 'b' })]))).toEqual(['a', 'b'])
  })

  it('makes a word of the state the API gives', () => {
    expect(read([alert({}, { status: { state: 'suppressed', silencedBy: ['x'] } })])[0]?.status).toBe('suppressed')
  })

  it('gives an alert without status that of its payload', () => {
    expect(read(payload([alert({}, { status: undefined })], { status: 'resolved' }))[0]?.status).toBe('resolved')
  })

  it('computes the same fingerprint for the same labels in any order, another for others', () => {
    const of = (labels: object): string => read([{ labels }])[0]!.fingerprint

    expect(of({ a: '1', b: '2' })).toBe(of({ b: '2', a: '1' }))
    expect(of({ a: '1', b: '2' })).not.toBe(of({ a: '2', b: '1' }))
    expect(of({ a: '1', b: '2' })).toMatch(/^[0-9a-f]{32}$/)
  })

  it('refuses wrong elements with their place and keeps the others', () => {
    const wrong = [5, alert(), null, { labels: 'x' }, [alert()], { annotations: {} }, { labels: {} }, alert()]

    expect(splitAlerts(JSON.stringify(payload(wrong, { commonLabels: {} }))).rejected).toEqual(
      [1, 3, 4, 5, 6, 7].map(line => ({ line, error: 'NOT_AN_ALERT' })),
    )
    expect(read(payload(wrong, { commonLabels: {} }))).toHaveLength(2)
    expect(splitAlerts(JSON.stringify([payload([alert()]), 7, { a: 1 }, payload([alert()])]))).toMatchObject({
      records: { length: 2 },
      rejected: [
        { line: 2, error: 'NOT_JSON' },
        { line: 3, error: 'NO_ALERTS' },
      ],
    })
  })

  it.each([
    ['{"version":"4","status":"firing"}', 'NO_ALERTS'],
    ['{"alerts":{"labels":{"a":"1"}}}', 'NO_ALERTS'],
    ['{"alerts":null,"labels":{"a":"1"}}', 'NO_ALERTS'],
    ['"x"', 'NOT_JSON'],
    ['nonsense', 'NOT_JSON'],
    ['[{"labels":', 'BAD_ARRAY'],
  ])('says of %s that it is %s', (body, error) => {
    expect(splitAlerts(body)).toEqual({ records: [], rejected: [{ line: 1, error }] })
  })

  it('has nothing to say about a payload with an empty list', () => {
    expect(splitAlerts('{"alerts":[]}')).toEqual({ records: [], rejected: [] })
  })

  it('shortens an alert that does not fit into a record instead of dropping it', () => {
    const worst = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`k${n}${'\u0001'.repeat(200)}`, '\u0001'.repeat(5_000)]))
    const split = splitAlerts(
      JSON.stringify(
        payload([{ ...worst, labels: { alertname: 'A', ...worst }, annotations: worst, values: worst }], { commonLabels: worst }),
      ),
    )

    expect(split.rejected).toEqual([])
    expect(Buffer.byteLength(split.records[0]!)).toBeLessThanOrEqual(MAX_RECORD_BYTES)
    expect((JSON.parse(split.records[0]!) as Written).labels['alertname']).toBe('A')
  })

  it('tells alerts apart whose labels differ only beyond what is kept', () => {
    const [a, b] = read([{ labels: { a: `${'x'.repeat(9_000)}1` } }, { labels: { a: `${'x'.repeat(9_000)}2` } }])

    expect(a!.labels).toEqual(b!.labels)
    expect(a!.fingerprint).not.toBe(b!.fingerprint)
  })

  it('takes ten thousand alerts and says that there were more', () => {
    const many = Array.from({ length: 10_050 }, (_, n) => ({ labels: { n: String(n) } }))
    const split = splitAlerts(JSON.stringify(payload(many)))

    expect(split.records).toHaveLength(10_000)
    expect(split.rejected).toEqual([{ line: 10_001, error: 'TOO_MANY' }])
  })

  it('lets nothing reach a prototype', () => {
    const [record] = read(
      '{"alerts":[{"__proto__":{"x":1},"labels":{"a":"1","__proto__":"p","constructor":"c"},"annotations":{"prototype":"q"}}]}',
    )

    expect(Object.keys(record!.labels)).toEqual(['a'])
    expect(record!.annotations).toEqual({})
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })

  it('takes the good alerts however deep the bad ones are', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const body = `{"alerts":[{"labels":{"a":${deep},"b":"1"},"annotations":${deep},"values":${deep},"status":${deep}},${deep},{"labels":{"a":"2"}}]}`

    expect(read(body).map(({ labels }) => labels)).toEqual([{ b: '1' }, { a: '2' }])
  })

  it('never throws, stays within the limits and keeps the good alert, whatever stands beside it', () => {
    const labels = fc.oneof(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), fc.jsonValue())
    const hostile = fc.oneof(
      fc.jsonValue(),
      fc.record({ labels, annotations: labels, status: fc.jsonValue(), fingerprint: fc.jsonValue(), values: labels }, { requiredKeys: [] }),
    )
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 5 }), labels, fc.array(hostile, { maxLength: 5 }), (before, common, after) => {
        const good = { labels: { alertname: 'good' }, fingerprint: 'good' }
        const split = splitAlerts(
          JSON.stringify({ status: 3, commonLabels: common, commonAnnotations: common, alerts: [...before, good, ...after] }),
        )

        expect(split.records.length + split.rejected.length).toBe(before.length + 1 + after.length)
        expect(split.records.filter(record => (JSON.parse(record) as Written).fingerprint === 'good').length).toBeGreaterThan(0)
        for (const record of split.records) expect(Buffer.byteLength(record)).toBeLessThanOrEqual(MAX_RECORD_BYTES)
      }),
      { numRuns: 500, seed: 11 },
    )
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), body => {
        expect(Object.keys(splitAlerts(body))).toEqual(['records', 'rejected'])
      }),
      { numRuns: 500, seed: 12 },
    )
  })
})
