// What each converter makes of what devices write, and what it leaves out.
import { describe, expect, it } from 'vitest'
import { convert, type Converter, isEmpty } from './convert.js'

const time = { receivedAt: Date.UTC(2026, 0, 1), utcOffsetMinutes: 480 }
function made(path: string, as: Converter, value: unknown): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  convert(path, as, value, time, (to, item) => (out[to] ??= item))
  return out
}

describe('an end of a connection', () => {
  it.each([
    ['192.0.2.1', { 'source.ip': '192.0.2.1' }],
    ['192.0.2.1:443', { 'source.ip': '192.0.2.1', 'source.port': 443 }],
    ['[2001:db8::1]:443', { 'source.ip': '2001:db8::1', 'source.port': 443 }],
    ['192.0.2.1:443:X1', { 'source.ip': '192.0.2.1', 'source.port': 443 }],
    ['::ffff:192.0.2.1', { 'source.ip': '192.0.2.1' }],
    ['-:51234', { 'source.port': 51234 }],
    ['web.example.com', { 'source.address': 'web.example.com' }],
    [['192.0.2.9', '192.0.2.8'], { 'source.ip': '192.0.2.9' }],
    ['999.1.1.1 or so', {}],
    [{ ip: '192.0.2.1' }, {}],
  ])('%j', (value, expected) => {
    expect(made('source.ip', 'endpoint', value)).toEqual(expected)
  })
})

describe('numbers', () => {
  it.each([
    ['port', 'source.port', '443', 443],
    ['port', 'source.port', '443 and text', 443],
    ['port', 'source.port', '65536', undefined],
    ['integer', 'source.bytes', '12.6', 13],
    ['integer', 'source.bytes', '12 bytes', undefined],
    ['number', 'x.y', '-0.5', -0.5],
    ['boolean', 'x.y', '是', true],
    ['boolean', 'x.y', 'no', false],
  ] as const)('as %s', (as, path, value, expected) => {
    expect(made(path, as, value)[path]).toBe(expected)
  })
})

describe('moments', () => {
  it.each([
    ['time', '2024-03-01 08:00:00', '2024-03-01T00:00:00.000Z'],
    ['utc', '2024-03-01 08:00:00', '2024-03-01T08:00:00.000Z'],
    ['utc', '2024-03-01T08:00:00+02:00', '2024-03-01T06:00:00.000Z'],
    ['time', 1_763_973_000, '2025-11-24T08:30:00.000Z'],
    ['time', '2024年3月1日 08:00:00', '2024-03-01T00:00:00.000Z'],
    ['time', '161209 14:18:52', '2016-12-09T06:18:52.000Z'],
    ['time', '2018 Apr 20 13:15:07 UTC', '2018-04-20T13:15:07.000Z'],
    ['time', '2020-04-16 11:45:11.844 CEST', '2020-04-16T09:45:11.844Z'],
    ['time', '2020-04-16 11:45:11 EST', '2020-04-16T16:45:11.000Z'],
    ['time', '20250211 13:17:55.023299', '2025-02-11T05:17:55.023Z'],
    ['time', '07/11/2022-10:29:01.860293', '2022-07-11T02:29:01.860Z'],
    ['time', '2024-02-30 08:00:00', undefined],
    ['time', 'yesterday', undefined],
  ] as const)('as %s: %s', (as, value, expected) => {
    expect(made('@timestamp', as, value)['@timestamp']).toBe(expected)
  })
})

it('takes a URL apart', () => {
  expect(made('url.original', 'url', 'https://u@www.example.com:8443/a/b?x=1#f')).toEqual({
    'url.original': 'https://u@www.example.com:8443/a/b?x=1#f',
    'url.scheme': 'https',
    'url.domain': 'www.example.com',
    'url.port': 8443,
    'url.path': '/a/b',
    'url.query': 'x=1',
  })
})

it('takes a request line apart', () => {
  expect(made('url.original', 'request', 'GET /a?x=1 HTTP/1.1')).toMatchObject({
    http: { request: { method: 'GET' } },
    url: { path: '/a' },
  })
})

it('knows the names of protocols and what stands for nothing', () => {
  expect(made('network.transport', 'lower', '6')).toEqual({ 'network.transport': 'tcp' })
  expect(['-', 'N/A', '(null)', '未知', '', null, {}].map(isEmpty)).toEqual(Array.from({ length: 7 }, () => true))
  expect([0, 'x', false].map(isEmpty)).toEqual([false, false, false])
})
